package io.cortexreactive.structured;

/** How a model is brought to answer in a given shape. Whichever it is, the answer is validated here. */
public enum StructuredStrategy {
    /** {@link #NATIVE} where the model has it, else {@link #JSON_MODE}, else {@link #PROMPT}. */
    AUTO,
    /**
     * The service itself holds the model to the schema: as the schema of the answer, or where the model or the schema
     * does not allow that, as the arguments of a tool that the model must call.
     */
    NATIVE,
    /** The service holds the model to JSON, and the request tells the schema. */
    JSON_MODE,
    /** The request tells the schema; the JSON is found among whatever else the model writes. */
    PROMPT
}
