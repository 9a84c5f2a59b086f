package io.cortexreactive.examples.responder;

import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.testing.ReplyScript;
import io.cortexreactive.testing.ScriptedCall;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the simulated model answers: what the documentation says on the last question, word by word at a pace one can
 * read; and a failure where the question asks for one.
 */
public final class DocumentationScript implements ReplyScript {

    private static final String EVERYTHING = "read everything";
    private static final Pattern BEFORE_WORD = Pattern.compile("(?<=\\s)(?=\\S)");

    private final ExtractiveResponder responder;
    private final Duration firstDelay;
    private final Duration chunkDelay;

    /**
     * @param responder finds the answers
     * @param firstDelay how long it seems to think
     * @param chunkDelay the time between two words
     */
    public DocumentationScript(ExtractiveResponder responder, Duration firstDelay, Duration chunkDelay) {
        this.responder = responder;
        this.firstDelay = firstDelay;
        this.chunkDelay = chunkDelay;
    }

    /** Over the project's documentation, at about the pace of a model. Reads all of it, blocking. */
    public static DocumentationScript create() {
        return new DocumentationScript(
                ExtractiveResponder.overProjectDocumentation(), Duration.ofMillis(250), Duration.ofMillis(25));
    }

    /** Questions that make it fail, or take long. */
    public static List<String> demonstrations() {
        List<String> failures =
                Arrays.stream(Demonstration.values()).map(Demonstration::phrase).toList();
        return Stream.concat(failures.stream(), Stream.of(EVERYTHING))
                .map(phrase -> phrase.substring(0, 1).toUpperCase(Locale.ROOT) + phrase.substring(1))
                .toList();
    }

    @Override
    public ScriptedReply reply(ScriptedCall call) {
        String question = lastQuestion(call.request().messages());
        ScriptedReply.Builder reply =
                ScriptedReply.builder().firstDelay(firstDelay).chunkDelay(chunkDelay);
        Demonstration.askedFor(question).ifPresent(demonstration -> reply.fault(demonstration.fault()));
        return reply.chunks(BEFORE_WORD.split(answer(question))).build();
    }

    private String answer(String question) {
        boolean everything = question.toLowerCase(Locale.ROOT).contains(EVERYTHING)
                || Demonstration.askedFor(question).isPresent();
        return everything ? responder.everything() : responder.answer(question);
    }

    private static String lastQuestion(List<Message> messages) {
        return messages.stream()
                .filter(message -> message.role() == Role.USER)
                .reduce((earlier, later) -> later)
                .map(Message::text)
                .orElse("");
    }
}
