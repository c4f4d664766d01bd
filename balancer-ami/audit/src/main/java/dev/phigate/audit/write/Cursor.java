package dev.phigate.audit.write;

import dev.phigate.audit.segment.Frame;
import dev.phigate.audit.segment.SegmentHeader;
import org.jspecify.annotations.Nullable;

/** A place behind the appending threads that follows their records in order. One thread moves it; any may ask where it is. */
final class Cursor {
    private Segment segment;
    private long at = SegmentHeader.BYTES;
    private volatile long position;
    /** The segment ends here. Its memory is not asked again: once everybody has come this far it is unmapped. */
    private boolean over;

    /** What comes next. */
    enum Step {
        /** A record, at {@link Cursor#at()}. */
        RECORD,
        /** Nothing is written there yet. */
        NOTHING,
        /** The segment is over. */
        END
    }

    Cursor(Segment first) {
        this.segment = first;
        this.position = first.header.base() + at;
    }

    Step peek() {
        if (over || segment.header.capacity() - at < Frame.SMALLEST) {
            over = true;
            return Step.END;
        }
        if (segment.lengthAt(at) <= 0) {
            return Step.NOTHING;
        }
        over = segment.isPaddingAt(at);
        return over ? Step.END : Step.RECORD;
    }

    /** Goes over a record. */
    void pass() {
        at += Frame.size(segment.lengthAt(at));
    }

    /** Goes to the next segment, when there is one. */
    boolean turn() {
        @Nullable Segment next = segment.next();
        if (next == null) {
            return false;
        }
        segment = next;
        at = SegmentHeader.BYTES;
        over = false;
        return true;
    }

    /** Tells other threads how far it has come. */
    void publish() {
        position = segment.header.base() + at;
    }

    Segment segment() {
        return segment;
    }

    long at() {
        return at;
    }

    /** Where it was when it was last {@linkplain #publish() published}, as a position in the log. */
    long position() {
        return position;
    }
}
