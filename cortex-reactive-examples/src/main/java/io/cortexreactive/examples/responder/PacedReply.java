package io.cortexreactive.examples.responder;

import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An answer of the length and pace that its question asks for, with nothing to say. */
public final class PacedReply {

    private static final Pattern QUESTION =
            Pattern.compile("Say (\\d{1,4}) words, one every (\\d{1,4}) ms(, and break off half-way)?\\.");

    private PacedReply() {}

    /** The question that asks for it. */
    public static String question(int words, Duration pause, boolean breaking) {
        return "Say " + words + " words, one every " + pause.toMillis() + " ms"
                + (breaking ? ", and break off half-way" : "") + ".";
    }

    /** The answer, if this is such a question. */
    static Optional<ScriptedReply> to(String question) {
        Matcher asked = QUESTION.matcher(question);
        return asked.matches() ? Optional.of(reply(asked)) : Optional.empty();
    }

    private static ScriptedReply reply(Matcher asked) {
        int words = Integer.parseInt(asked.group(1));
        ScriptedReply.Builder reply = ScriptedReply.builder()
                .firstDelay(DocumentationScript.FIRST_DELAY)
                .chunkDelay(Duration.ofMillis(Long.parseLong(asked.group(2))))
                .repeat("word ", words);
        return (asked.group(3) == null ? reply : reply.fault(Fault.cutAfter(words / 2))).build();
    }
}
