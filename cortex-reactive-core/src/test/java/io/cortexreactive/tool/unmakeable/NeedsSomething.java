package io.cortexreactive.tool.unmakeable;

import io.cortexreactive.tool.ToolMethod;

final class NeedsSomething {

    private final String something;

    NeedsSomething(String something) {
        this.something = something;
    }

    @ToolMethod("Gives it")
    String give() {
        return something;
    }
}
