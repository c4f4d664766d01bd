package dev.phigate.audit.fault;

import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.write.LogWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that writes several logs until it is killed: FOLDER FIRST... appends records from FIRST on to the log {@code FOLDER/N}. Each
 * record that it was told is written it answers: 4 bytes log, 4 bytes record, in one write.
 */
final class WritingProcess {
    private static final long BETWEEN_NANOS = 30_000;

    private WritingProcess() {}

    public static void main(String... arguments) throws InterruptedException {
        Path folder = Path.of(arguments[0]);
        OutputStream answers = new FileOutputStream(FileDescriptor.out);
        Thread[] threads = new Thread[arguments.length - 1];
        for (int i = 0; i < threads.length; i++) {
            int log = i;
            int first = Integer.parseInt(arguments[i + 1]);
            threads[i] = Thread.ofPlatform().start(() -> write(folder, log, first, answers));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void write(Path folder, int log, int first, OutputStream answers) {
        try {
            LogWriter writer = Logs.openOwn(folder.resolve(Integer.toString(log)), Logs.restless());
            for (int record = first; Logs.append(writer, record) >= 0; record++) {
                answers.write(ByteBuffer.allocate(8).putInt(log).putInt(record).array());
                LockSupport.parkNanos(BETWEEN_NANOS);
            }
        } catch (IOException e) {
            System.err.println("log " + log + ": " + e);
        }
    }
}
