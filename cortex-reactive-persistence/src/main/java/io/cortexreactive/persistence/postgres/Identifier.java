package io.cortexreactive.persistence.postgres;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A name of something in the database, of which all that may stand in a statement has been checked.
 *
 * @param parts the name, after its schema if that is given
 */
record Identifier(List<String> parts) {

    private static final Pattern PART = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
    private static final int MOST_PARTS = 2;

    Identifier {
        parts = List.copyOf(parts);
    }

    /** A column. */
    static Identifier column(String name) {
        return new Identifier(List.of(checked(name, name)));
    }

    /** A table or a text search configuration, with its schema or without. */
    static Identifier qualified(String name) {
        String[] parts = name.split("\\.", -1);
        if (parts.length > MOST_PARTS) {
            throw refused(name);
        }
        for (String part : parts) {
            checked(part, name);
        }
        return new Identifier(List.of(parts));
    }

    /** Whether this is a name, of whatever it is. */
    static boolean isName(String text) {
        return PART.matcher(text).matches();
    }

    private static String checked(String part, String name) {
        if (!isName(part)) {
            throw refused(name);
        }
        return part;
    }

    private static RetrieverConfigurationException refused(String name) {
        return new RetrieverConfigurationException("'" + name + "' is no name of a table, column or text search"
                + " configuration: it takes letters, digits and _, 63 at most, no digit first, and a table's schema before"
                + " a dot.");
    }

    /** The name without its schema. */
    String name() {
        return parts.get(parts.size() - 1);
    }

    /** As a statement takes it. */
    String quoted() {
        return parts.stream().map(part -> '"' + part + '"').collect(Collectors.joining("."));
    }
}
