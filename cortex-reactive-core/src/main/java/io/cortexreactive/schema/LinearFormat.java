package io.cortexreactive.schema;

import com.google.re2j.Pattern;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.format.Format;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Formats that the validator checks by patterns which overflow the stack, here without that. */
record LinearFormat(String name, Pattern pattern) implements Format {

    private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final String POINTER = "(?:/(?:[^/~]|~[01])*)*";
    private static final String NAME = "(?:\\w|%[0-9A-Fa-f]{2})(?:\\.?(?:\\w|%[0-9A-Fa-f]{2}))*(?::[1-9]\\d{0,3}|\\*)?";

    static final List<LinearFormat> ALL = List.of(
            new LinearFormat("hostname", Pattern.compile(LABEL + "(?:\\." + LABEL + ")*")),
            new LinearFormat("json-pointer", Pattern.compile(POINTER, Pattern.DOTALL)),
            new LinearFormat(
                    "relative-json-pointer", Pattern.compile("(?:0|[1-9]\\d*)(?:#|" + POINTER + ")", Pattern.DOTALL)),
            new LinearFormat(
                    "uri-template",
                    Pattern.compile("(?:[^\\x00-\\x20\"'%<>\\\\^`{|}]|%[0-9A-Fa-f]{2}|\\{[+#./;?&=,!@|]?" + NAME
                            + "(?:," + NAME + ")*\\})*")));

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean matches(ExecutionContext execution, @Nullable String value) {
        return value == null || pattern.matches(value);
    }
}
