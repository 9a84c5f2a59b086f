package io.cortexreactive.tool.discovered;

import io.cortexreactive.tool.ToolMethod;

/** Found in its package. */
public final class Discovered {

    @ToolMethod("Greets")
    String greet(String name) {
        return "Hello " + name;
    }

    static final class Nested {

        @ToolMethod("Says goodbye")
        String leave() {
            return "Bye";
        }
    }

    abstract static class Unfinished {

        @ToolMethod("Never found")
        abstract String nothing();
    }
}
