package dev.phigate.audit.fault;

import dev.phigate.audit.segment.Forgery;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.verify.Finding;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A process that alters a log and verifies it: LOG, and what is to be done, one after the other, each undone. Prints the findings of each in a line. */
final class Naming {
    /** Nothing is to be done: somebody did it before. */
    static final String AS_IT_IS = "AS_IT_IS";

    private Naming() {}

    public static void main(String... arguments) throws IOException {
        LogFolder log = new LogFolder(Path.of(arguments[0]));
        for (String what : Arrays.asList(arguments).subList(1, arguments.length)) {
            Map<Path, byte[]> before = new HashMap<>();
            for (String change : what.equals(AS_IT_IS) ? new String[0] : what.split(",", -1)) {
                List<String> parts = List.of(change.split(":", -1));
                long[] numbers =
                        parts.stream().skip(1).mapToLong(Long::parseLong).toArray();
                for (int i = 0; i < numbers.length; i += 2) {
                    Path segment = log.segment(numbers[i]);
                    before.putIfAbsent(segment, Files.readAllBytes(segment));
                }
                alter(log, parts.getFirst(), numbers);
            }
            System.out.println(Verifier.verify(log, Trust.NOTHING).findings().stream()
                    .map(Finding::message)
                    .collect(Collectors.joining("; ")));
            for (var segment : before.entrySet()) {
                Files.write(segment.getKey(), segment.getValue());
            }
        }
    }

    private static void alter(LogFolder log, String kind, long... numbers) throws IOException {
        long segment = numbers[0];
        int at = (int) numbers[1];
        byte[] forged = ("forged at " + at).getBytes(StandardCharsets.UTF_8);
        byte[][] carried = {forged};
        if (kind.equals("GONE")) {
            Files.delete(log.segment(segment));
            return;
        }
        Forgery.rewrite(log.path(), segment, records -> {
            switch (kind) {
                case "EDITED" -> records.set(at, forged);
                case "INSERTED" -> records.add(at, forged);
                case "REMOVED" -> records.remove(at);
                case "MOVED" -> carried[0] = records.remove(at);
                case "COPIED" -> carried[0] = records.get(at);
                case "CUT" -> records.subList(at, records.size()).clear();
                default -> throw new IllegalArgumentException(kind);
            }
        });
        if (numbers.length > 2) {
            Forgery.rewrite(log.path(), numbers[2], records -> records.add((int) numbers[3], carried[0]));
        }
    }
}
