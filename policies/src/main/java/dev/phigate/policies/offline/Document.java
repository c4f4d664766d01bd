package dev.phigate.policies.offline;

import dev.phigate.policies.Resource;
import java.util.List;

/**
 * The resources of one stack, as a file tells them.
 *
 * @param name how the file is called in messages
 * @param form what wrote it
 * @param resources the resources that will be there, or are there; deleted ones left out
 */
public record Document(String name, Form form, List<Resource> resources) {
    /** What wrote a file. */
    public enum Form {
        /** {@code pulumi stack export}, or a checkpoint of the file backend. */
        STATE("state"),
        /** {@code pulumi preview --json}. */
        PREVIEW("preview"),
        /** {@code --event-log}, or the streamed events of {@code --json}. */
        EVENTS("event log");

        private final String title;

        Form(String title) {
            this.title = title;
        }

        /** The form as messages call it. */
        public String title() {
            return title;
        }
    }

    /** Keeps a copy. */
    public Document {
        resources = List.copyOf(resources);
    }
}
