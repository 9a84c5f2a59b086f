package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page sends: a conversation that ends with a question. Only text, and only what user and assistant said; a
 * browser is not to give the model instructions of its own.
 *
 * @param messages the conversation
 * @param provider whom to ask; the default if left out
 * @param model of that provider; its default if left out
 * @param fallback whether to ask the others when it fails
 * @param restart whether an answer that breaks off begins again, told by a {@code stream_restarted} chunk
 * @param tools whether the model may call the application's tools
 * @param guarded whether card numbers in the answer are masked
 */
record ChatInput(
        @Nullable List<@Nullable Turn> messages,
        @Nullable String provider,
        @Nullable String model,
        @Nullable Boolean fallback,
        @Nullable Boolean restart,
        @Nullable Boolean tools,
        @Nullable Boolean guarded) {

    static final String FORM = "{\"messages\":[{\"role\":\"user\",\"text\":\"…\"}]}";
    static final int MAX_CHARS = 4_000;

    private static final int MAX_MESSAGES = 40;
    private static final int MAX_TOTAL_CHARS = 200_000;

    record Turn(@Nullable String role, @Nullable String text) {}

    /** @throws RejectedException saying what is wrong with it */
    List<Message> toMessages() {
        if (messages == null || messages.isEmpty()) {
            throw invalid("no_messages", "There is no message. Send " + FORM);
        }
        if (messages.size() > MAX_MESSAGES) {
            throw tooLong("The conversation has " + messages.size() + " messages; the limit is " + MAX_MESSAGES);
        }
        List<Message> conversation = messages.stream().map(ChatInput::message).toList();
        checkLengths(conversation);
        return conversation;
    }

    private static Message message(@Nullable Turn turn) {
        if (turn == null || turn.text() == null || turn.text().isBlank()) {
            throw invalid("empty_message", "A message has no text. Send " + FORM);
        }
        if ("user".equals(turn.role())) {
            return Message.user(turn.text());
        }
        if ("assistant".equals(turn.role())) {
            return Message.assistant(turn.text());
        }
        throw invalid("invalid_role", "A message's role is 'user' or 'assistant'.");
    }

    private void checkLengths(List<Message> conversation) {
        Message question = conversation.get(conversation.size() - 1);
        if (question.role() != Role.USER) {
            throw invalid("no_question", "The last message must be the user's.");
        }
        int length = question.text().length();
        if (length > MAX_CHARS) {
            throw tooLong("The question has " + length + " characters; the limit is " + MAX_CHARS);
        }
        int total = conversation.stream()
                .mapToInt(message -> message.text().length())
                .sum();
        if (total > MAX_TOTAL_CHARS) {
            throw tooLong("The conversation has " + total + " characters; the limit is " + MAX_TOTAL_CHARS);
        }
    }

    private static RejectedException tooLong(String what) {
        return invalid("too_long", what + ". Shorten it, or start a new conversation.");
    }
}
