package dev.phigate.balancer.http.trace;

/** Where finished spans go. Used from all loops at once; never blocks. */
public interface Spans {
    /** Nowhere: traces are passed on and written to records only. */
    Spans NOWHERE = new Spans() {
        @Override
        public boolean kept() {
            return false;
        }

        @Override
        public boolean chooses(long low) {
            return false;
        }

        @Override
        public boolean takes() {
            return false;
        }

        @Override
        public void ended(Finished span) {
            // Nobody asked.
        }
    };

    /** Whether spans go anywhere. */
    boolean kept();

    /** Whether a trace that begins here is sampled, by the second half of its id. */
    boolean chooses(long low);

    /** Whether there is room for one span more, of a trace that is sampled; counts it when there is none. */
    boolean takes();

    /** Takes a span that is over, one for which {@link #takes} answered yes. */
    void ended(Finished span);
}
