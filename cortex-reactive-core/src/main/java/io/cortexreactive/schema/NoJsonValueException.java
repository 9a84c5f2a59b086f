package io.cortexreactive.schema;

/** Unwinds a conversion, and collects on the way where it failed. Never leaves this package. */
final class NoJsonValueException extends RuntimeException {

    private final String what;
    private final String path;

    NoJsonValueException(String what) {
        this(what, "");
    }

    private NoJsonValueException(String what, String path) {
        super(what, null, false, false);
        this.what = what;
        this.path = path;
    }

    /** The same, seen from one level above. */
    NoJsonValueException in(String step) {
        return new NoJsonValueException(what, step + path);
    }

    String error() {
        return "$" + path + ": " + what;
    }
}
