package dev.phigate.rehearsal.twin;

/** What a twin says. Every line says that it is a rehearsal. */
public final class Words {
    private static final String REHEARSAL = "rehearsal: ";

    private Words() {}

    /** A text, each line of which says that it is a rehearsal. */
    public static String of(String text) {
        return REHEARSAL + text.replace("\n", "\n" + REHEARSAL);
    }
}
