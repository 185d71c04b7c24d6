package org.semblance.batch;

/**
 * An item that could not be done.
 *
 * @param item its name
 * @param stage where it failed
 * @param cause why
 */
public record BatchFailure(String item, Stage stage, Exception cause) {
    /** Why, in one line. */
    public String reason() {
        String message = cause.getMessage();
        boolean isPlain = cause.getClass().getName().matches("java\\.(io|lang)\\.[A-Za-z]+");
        String text = message != null && isPlain ? message : cause.toString();
        return text.replaceAll("\\s+", " ").strip();
    }
}
