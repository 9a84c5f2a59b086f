package io.cortexreactive.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Whether the model may, must or must not call a tool. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ToolChoice.Auto.class, name = "auto"),
    @JsonSubTypes.Type(value = ToolChoice.Any.class, name = "any"),
    @JsonSubTypes.Type(value = ToolChoice.None.class, name = "none"),
    @JsonSubTypes.Type(value = ToolChoice.Named.class, name = "tool")
})
public sealed interface ToolChoice permits ToolChoice.Auto, ToolChoice.Any, ToolChoice.None, ToolChoice.Named {

    /** The model decides; the default where tools are given. */
    static ToolChoice auto() {
        return new Auto();
    }

    /** The model must call some tool. */
    static ToolChoice any() {
        return new Any();
    }

    /** The model must not call a tool. */
    static ToolChoice none() {
        return new None();
    }

    /** The model must call this tool. */
    static ToolChoice tool(String name) {
        return new Named(name);
    }

    /** The model decides. */
    record Auto() implements ToolChoice {}

    /** The model must call some tool. */
    record Any() implements ToolChoice {}

    /** The model must not call a tool. */
    record None() implements ToolChoice {}

    /** The model must call the tool of this name. */
    record Named(String name) implements ToolChoice {}
}
