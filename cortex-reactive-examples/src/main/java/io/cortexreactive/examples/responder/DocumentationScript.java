package io.cortexreactive.examples.responder;

import io.cortexreactive.examples.responder.Attempts.Attempt;
import io.cortexreactive.testing.ReplyScript;
import io.cortexreactive.testing.ScriptedCall;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the simulated model answers: what the documentation says on the last question, word by word at a pace one can
 * read; and a failure where the question asks for one.
 */
public final class DocumentationScript implements ReplyScript {

    private static final String EVERYTHING = "read everything";
    private static final String ON_RESILIENCE = "When is a call made again, and when is a fallback asked?";
    private static final Pattern BEFORE_WORD = Pattern.compile("(?<=\\s)(?=\\S)");

    /** A model whose name has this in it says no more than it must. */
    private static final String BRIEF = "brief";

    /** About the pace of a model. */
    static final Duration FIRST_DELAY = Duration.ofMillis(250);

    private static final Duration CHUNK_DELAY = Duration.ofMillis(25);

    private final ExtractiveResponder responder;
    private final Function<ScriptedCall, Optional<String>> questionId;
    private final double pace;
    private final Attempts attempts = new Attempts();
    private final ToolTalk toolTalk = new ToolTalk();
    private final ContentTalk contentTalk;

    /**
     * @param responder finds the answers
     * @param questionId tells which calls are attempts at the same question; a call without is the first and only one
     * @param pace what the times of an answer are multiplied by
     */
    DocumentationScript(
            ExtractiveResponder responder, Function<ScriptedCall, Optional<String>> questionId, double pace) {
        this.responder = responder;
        this.questionId = questionId;
        this.pace = pace;
        this.contentTalk = new ContentTalk(responder);
    }

    /** Over the project's documentation. Reads all of it, blocking. */
    public static DocumentationScript create() {
        return create(call -> Optional.empty(), 1);
    }

    /**
     * Over the project's documentation, where calls say what they belong to. Reads all of it, blocking.
     *
     * @param questionId tells which calls are attempts at the same question
     * @param pace what the times of an answer are multiplied by: 1 is a pace one can read, 0 is at once. Answers to
     *     questions that ask for a pace have that one.
     */
    public static DocumentationScript create(Function<ScriptedCall, Optional<String>> questionId, double pace) {
        return new DocumentationScript(ExtractiveResponder.overProjectDocumentation(), questionId, pace);
    }

    /** Questions that make it fail, or take long. */
    public static List<String> demonstrations() {
        return Stream.concat(
                        Arrays.stream(Demonstration.values())
                                .filter(demonstration -> !demonstration.isPassing())
                                .map(Demonstration::phrase),
                        Stream.of(EVERYTHING))
                .map(DocumentationScript::sentence)
                .toList();
    }

    /** Questions that fail at first, and get an answer from who does not give up. */
    public static List<Recovery> recoveries() {
        return Arrays.stream(Demonstration.values())
                .filter(Demonstration::isPassing)
                .map(demonstration -> new Recovery(
                        sentence(demonstration.phrase()),
                        demonstration == Demonstration.OUTAGE,
                        demonstration == Demonstration.BREAK))
                .toList();
    }

    /** Questions that a model with tools calls them for. */
    public static List<String> toolQuestions() {
        return ToolTalk.QUESTIONS;
    }

    /** Questions whose answer has in it what a guardrail should not let through. */
    public static List<String> leaks() {
        return List.of(LeakyReply.QUESTION);
    }

    private static String sentence(String phrase) {
        return phrase.substring(0, 1).toUpperCase(Locale.ROOT) + phrase.substring(1);
    }

    /**
     * A question that gets its answer late.
     *
     * @param text the question
     * @param fallback whether it takes another provider
     * @param restart whether it takes an answer that begins again
     */
    public record Recovery(String text, boolean fallback, boolean restart) {}

    @Override
    public ScriptedReply reply(ScriptedCall call) {
        Question asked = Question.last(call.request().messages());
        String question = asked.text();
        return PacedReply.to(question)
                .orElseGet(() -> unpaced(call, asked, question).withDelaysTimes(pace));
    }

    private ScriptedReply unpaced(ScriptedCall call, Question asked, String question) {
        return contentTalk
                .reply(call.request(), question)
                .or(() -> LeakyReply.to(question))
                .or(() -> isForAll(question)
                        ? Optional.empty()
                        : ResearchTalk.reply(call.request(), asked, isBrief(call.model())))
                .or(() -> toolTalk.reply(call.request(), question))
                .orElseGet(() -> reply(call, question));
    }

    /** What whoever is asked answers alike. */
    private static boolean isForAll(String question) {
        return asksForEverything(question) || Demonstration.askedFor(question).isPresent();
    }

    private static boolean asksForEverything(String question) {
        return question.toLowerCase(Locale.ROOT).contains(EVERYTHING);
    }

    private static boolean isBrief(String model) {
        return model.contains(BRIEF);
    }

    private ScriptedReply reply(ScriptedCall call, String question) {
        ScriptedReply.Builder reply =
                ScriptedReply.builder().firstDelay(FIRST_DELAY).chunkDelay(CHUNK_DELAY);
        Optional<Demonstration> demonstration = Demonstration.askedFor(question);
        demonstration.flatMap(asked -> asked.fault(attempt(call))).ifPresent(reply::fault);
        String text = demonstration.map(this::answer).orElseGet(() -> answer(question, call.model()));
        return reply.chunks(words(text)).build();
    }

    private Attempt attempt(ScriptedCall call) {
        return questionId
                .apply(call)
                .map(id -> attempts.next(id, call.model()))
                .orElseGet(() -> Attempt.first(call.model()));
    }

    /** What fails for good should have much to say by then; what works in the end, nothing but why. */
    private String answer(Demonstration demonstration) {
        return demonstration.isPassing() ? responder.answer(ON_RESILIENCE) : responder.everything();
    }

    private String answer(String question, String model) {
        if (asksForEverything(question)) {
            return responder.everything();
        }
        return isBrief(model) ? responder.briefAnswer(question) : responder.answer(question);
    }

    /** A text as a model would stream it. */
    static String[] words(String text) {
        return BEFORE_WORD.split(text);
    }
}
