package io.cortexreactive.examples.tools;

/** An expression has no value. */
public final class ExpressionException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** Why it has none. */
    public enum Kind {

        /** It is no expression. */
        SYNTAX,

        /** It is too long, or too deeply nested. */
        TOO_LARGE,

        /** Something in it is divided by zero. */
        DIVISION_BY_ZERO,

        /** A number in it is too large, or an exponent is none that can be raised to. */
        OUT_OF_RANGE
    }

    ExpressionException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Why it has none. */
    public Kind kind() {
        return kind;
    }
}
