package dev.phigate.balancer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. The JDK has no supported way to handle SIGHUP, or SIGTERM without ending in status 143;
 * {@code sun.misc.Signal} of the module {@code jdk.unsupported} is what everybody uses, by reflection because the compiler
 * warns of it in a way that cannot be suppressed.
 */
final class Signals {
    private Signals() {}

    /**
     * Calls the action, on a thread of its own, for each signal of a name such as {@code HUP}.
     *
     * @return whether it will be heard: a JVM that was started with the signal ignored, as {@code nohup} does, never hears it
     */
    static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            Object before = signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return !handler.getField("SIG_IGN").get(null).equals(before);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("signal " + name + " cannot be handled", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no sun.misc.Signal (expected: module jdk.unsupported)", e);
        }
    }
}
