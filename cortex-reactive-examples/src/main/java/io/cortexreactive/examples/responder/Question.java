package io.cortexreactive.examples.responder;

import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last thing that a user said.
 *
 * @param text in the user's words
 * @param context what a retriever has put behind it; empty if none has
 */
record Question(String text, String context) {

    private static final Pattern CONTEXT = Pattern.compile(
            "(?s)\\s*---\\s+Relevant Context, looked up for you between the lines <(context-\\w+)>.*?\\n<\\1>\\n(.*)\\n</\\1>");

    /** The last one of a conversation; empty if there is none. */
    static Question last(List<Message> messages) {
        return messages.stream()
                // Where tool results come as the user's, they have no text.
                .filter(message ->
                        message.role() == Role.USER && !message.text().isBlank())
                .reduce((earlier, later) -> later)
                .map(message -> of(message.text()))
                .orElse(new Question("", ""));
    }

    private static Question of(String said) {
        Matcher context = CONTEXT.matcher(said);
        return context.find()
                ? new Question(said.substring(0, context.start()), context.group(2))
                : new Question(said, "");
    }
}
