package io.cortexreactive.tool;

import io.cortexreactive.error.Lasting;
import java.util.Collection;

/** No tool of this name is registered. */
public final class ToolNotFoundException extends ToolException implements Lasting {

    ToolNotFoundException(String name, Collection<String> known) {
        super("tool_not_found", message(name, known), null);
    }

    static String message(String name, Collection<String> known) {
        return "There is no tool '" + name + "'. "
                + (known.isEmpty() ? "There are none." : "There are: " + String.join(", ", known) + ".");
    }
}
