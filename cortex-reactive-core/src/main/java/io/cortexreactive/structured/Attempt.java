package io.cortexreactive.structured;

import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.provider.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;

/**
 * One of several attempts to get an answer.
 *
 * @param inquiry what all attempts have in common
 * @param forms the form of this one, and those left to try should the service refuse it
 * @param question what is asked
 * @param before the answers before
 */
record Attempt<T>(Inquiry<T> inquiry, List<Form> forms, Question question, List<ChatResponse> before) {

    static <T> Attempt<T> first(Inquiry<T> inquiry, List<Form> forms) {
        Question question = Question.of(inquiry.request(), inquiry.shape().asked(), forms.get(0));
        return new Attempt<>(inquiry, forms, question, List.of());
    }

    /** Whether a refused request can be put in another form. */
    boolean hasOtherForm(Throwable error) {
        return error instanceof InvalidRequestException && before.isEmpty() && forms.size() > 1;
    }

    Attempt<T> inOtherForm() {
        return first(inquiry, forms.subList(1, forms.size()));
    }

    /**
     * The next one.
     *
     * @throws StructuredOutputException if there is none
     */
    Attempt<T> after(Answer answer, List<String> errors) {
        List<ChatResponse> answers = with(answer);
        if (answers.size() >= inquiry.attempts() || !answer.mayBeCorrected()) {
            throw failed(answer, errors);
        }
        return new Attempt<>(
                inquiry, forms, question.again(answers.get(answers.size() - 1).message(), errors), answers);
    }

    StructuredOutputException failed(Answer answer, List<String> errors) {
        return new StructuredOutputException(answer.explained(errors), answer.rawText(), with(answer));
    }

    StructuredResponse<T> succeeded(Answer answer, T value) {
        return new StructuredResponse<>(value, with(answer), question.form().strategy());
    }

    private List<ChatResponse> with(Answer answer) {
        List<ChatResponse> answers = new ArrayList<>(before);
        answers.add(answer.response());
        return answers;
    }
}
