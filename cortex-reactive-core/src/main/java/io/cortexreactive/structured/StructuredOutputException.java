package io.cortexreactive.structured;

import io.cortexreactive.chat.KnownCost;
import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Usage;
import java.util.List;

/** No answer had the shape that was asked for, or one broke off after parts of it were given. */
public final class StructuredOutputException extends CortexException implements Lasting, KnownCost {

    private final transient List<String> errors;
    private final transient String rawText;
    private final transient List<ChatResponse> answers;

    StructuredOutputException(List<String> errors, String rawText, List<ChatResponse> answers) {
        super(
                "structured_output_invalid",
                "The answer does not have the shape that was asked for, after " + answers.size() + " attempt(s): "
                        + String.join("; ", errors),
                null);
        this.errors = List.copyOf(errors);
        this.rawText = rawText;
        this.answers = List.copyOf(answers);
    }

    /** What is wrong with the last answer, each with its place. */
    public List<String> errors() {
        return errors;
    }

    /** What the model wrote last. */
    public String rawText() {
        return rawText;
    }

    /** All the answers, the last one as far as it came. */
    public List<ChatResponse> answers() {
        return answers;
    }

    /** The tokens of all the answers together. */
    @Override
    public Usage usage() {
        return answers.stream().map(ChatResponse::usage).reduce(Usage.NONE, Usage::plus);
    }
}
