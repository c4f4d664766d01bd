package dev.phigate.policies.analyzer;

import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;

/**
 * A service that reads messages as deeply nested as the engine does. Protocol buffers in Java stop at 100 levels, which are some 30 of a
 * property's: a web ACL comes near, and the engine would be told of malformed bytes.
 */
final class DeepRequests {
    /** The engine's own limit. */
    static final int DEEPEST_MESSAGE = 10_000;

    /** What reading a message of that depth takes, with room to spare; only what is used takes memory. */
    static final int STACK_BYTES = 64 << 20;

    private DeepRequests() {}

    /** The same service with readers of that depth. Its calls need threads with {@link #STACK_BYTES} of stack. */
    static ServerServiceDefinition of(BindableService service) {
        ServerServiceDefinition plain = service.bindService();
        ServerServiceDefinition.Builder deep =
                ServerServiceDefinition.builder(plain.getServiceDescriptor().getName());
        plain.getMethods().forEach(method -> deep.addMethod(deeper(method)));
        return deep.build();
    }

    @SuppressWarnings("unchecked") // a marshaller made of a message's prototype reads that message
    private static <Q, A> ServerMethodDefinition<Q, A> deeper(ServerMethodDefinition<Q, A> method) {
        MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
        if (descriptor.getRequestMarshaller() instanceof PrototypeMarshaller<Q> prototype
                && prototype.getMessagePrototype() instanceof Message message) {
            var marshaller =
                    (MethodDescriptor.Marshaller<Q>) ProtoUtils.marshallerWithRecursionLimit(message, DEEPEST_MESSAGE);
            return ServerMethodDefinition.create(
                    descriptor.toBuilder(marshaller, descriptor.getResponseMarshaller())
                            .build(),
                    method.getServerCallHandler());
        }
        return method;
    }
}
