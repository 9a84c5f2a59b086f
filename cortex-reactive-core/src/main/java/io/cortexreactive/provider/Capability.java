package io.cortexreactive.provider;

/** Something a model may or may not be able to do. */
public enum Capability {
    /** Answers piece by piece. */
    STREAMING,
    /** Calls tools. */
    TOOLS,
    /** Reads images. */
    IMAGES,
    /** Reads documents. */
    DOCUMENTS,
    /** Shows its reasoning. */
    REASONING,
    /** Keeps a prefix of the prompt between calls. */
    PROMPT_CACHING,
    /** Answers in a given JSON Schema. */
    JSON_SCHEMA,
    /** Answers in some JSON, where the provider option {@code response_format} asks for it as OpenAI has it. */
    JSON_MODE,
    /** Has an exact token counter. */
    TOKEN_COUNTING
}
