package io.cortexreactive.message;

/** Who speaks. */
public enum Role {
    SYSTEM,
    USER,
    ASSISTANT,
    TOOL
}
