package io.cortexreactive.structured;

import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Usage;
import java.util.List;

/**
 * A valid answer.
 *
 * @param value what was asked for
 * @param answers all the answers it took, the valid one last
 * @param strategy how it was asked for: never {@link StructuredStrategy#AUTO}
 */
public record StructuredResponse<T>(T value, List<ChatResponse> answers, StructuredStrategy strategy) {

    public StructuredResponse {
        answers = List.copyOf(answers);
    }

    /** The valid answer, as the model gave it. */
    public ChatResponse response() {
        return answers.get(answers.size() - 1);
    }

    /** The tokens of all the answers together. */
    public Usage usage() {
        return answers.stream().map(ChatResponse::usage).reduce(Usage.NONE, Usage::plus);
    }
}
