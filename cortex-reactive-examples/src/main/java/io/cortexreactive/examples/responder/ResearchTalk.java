package io.cortexreactive.examples.responder;

import io.cortexreactive.examples.research.ResearchTeam;
import io.cortexreactive.examples.tools.ChatTools;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the simulated model says when it is one of a {@link ResearchTeam}: who has a searcher to ask leads, who can do
 * nothing but look things up searches, or checks if its instruction says so. Immutable and thread-safe.
 */
final class ResearchTalk {

    private static final int LONG_WORD = 5;
    private static final int CHUNK_SIZE = 8;
    private static final Duration CHUNK_DELAY = Duration.ofMillis(25);
    /** Several talk at a time, and only the last answer is what people wait for. */
    private static final Duration HELPER_CHUNK_DELAY = Duration.ofMillis(10);

    private static final int LONGEST_NOTE = 300;

    private static final Pattern NOTE = Pattern.compile("(?i)\\bsend a note to ([\\p{L} ]{1,60})[.!]?$");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]{" + LONG_WORD + ",}");
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?:])\\s");
    private static final Pattern PLACE = Pattern.compile("(?m)^\\*\\*([^*]+\\.md)\\*\\*.*:$");

    private ResearchTalk() {}

    /**
     * The answer, where one of the team is asked.
     *
     * @param brief whether to say no more than it must
     */
    static Optional<ScriptedReply> reply(ChatRequest request, Question asked, boolean brief) {
        List<String> tools = request.tools().stream().map(ToolDefinition::name).toList();
        List<ToolAnswer> answers = ToolAnswer.all(request.messages());
        if (tools.contains(ResearchTeam.SEARCHER)) {
            return Optional.of(answers.isEmpty() ? delegation(asked, tools) : led(asked, tools, answers, brief));
        }
        if (!tools.equals(List.of(ChatTools.DOCUMENTATION))) {
            return Optional.empty();
        }
        boolean checks = String.valueOf(request.systemText()).startsWith(ResearchTeam.CHECKER_ROLE);
        return Optional.of(checks ? check(asked.text(), answers) : search(asked.text(), answers, brief));
    }

    /** Independent parts at once. */
    private static ScriptedReply delegation(Question asked, List<String> tools) {
        String statement = statement(asked.context());
        boolean checked = !statement.isEmpty() && tools.contains(ResearchTeam.CHECKER);
        ScriptedReply.Builder reply = said("I have that looked up" + (checked ? ", and checked." : "."), CHUNK_DELAY);
        call(
                reply,
                ResearchTeam.SEARCHER,
                "input",
                NOTE.matcher(asked.text()).replaceAll("").strip());
        return (checked ? call(reply, ResearchTeam.CHECKER, "input", statement) : reply).build();
    }

    /** The first sentence of what was looked up; of what is none, the first line. */
    private static String statement(String context) {
        List<String> statements = context.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("**") && !line.startsWith("```"))
                .map(line -> SENTENCE_END.split(line, 2)[0].replaceFirst("^- ", ""))
                .toList();
        return statements.stream()
                .filter(statement -> statement.endsWith("."))
                .findFirst()
                .or(() -> statements.stream().findFirst())
                .orElse("");
    }

    /** A note comes before the answer, if one is asked for. */
    private static ScriptedReply led(Question asked, List<String> tools, List<ToolAnswer> answers, boolean brief) {
        Matcher note = NOTE.matcher(asked.text());
        boolean sends = note.find()
                && tools.contains(ChatTools.NOTE)
                && answers.stream().noneMatch(answer -> answer.call().name().equals(ChatTools.NOTE));
        return sends ? note(note.group(1).strip(), answers.get(0)) : conclusion(asked, answers, brief);
    }

    private static ScriptedReply note(String to, ToolAnswer found) {
        String text = part(found);
        String brief = text.length() <= LONGEST_NOTE ? text : text.substring(0, LONGEST_NOTE - 1) + "…";
        return said("I write that to " + to + ".", CHUNK_DELAY)
                .toolCall("call_" + Tenancy.newCorrelationId(), ChatTools.NOTE, Map.of("to", to, "text", brief))
                .build();
    }

    private static ScriptedReply conclusion(Question asked, List<ToolAnswer> answers, boolean brief) {
        Stream<String> parts = answers.stream().map(ResearchTalk::part);
        List<String> pages = Stream.concat(answers.stream().map(ToolAnswer::text), Stream.of(asked.context()))
                .flatMap(ResearchTalk::pages)
                .distinct()
                .toList();
        String end = pages.isEmpty() || brief ? "" : "\n\nThis comes from " + String.join(", ", pages) + ".";
        return said(parts.collect(Collectors.joining("\n\n")) + end, CHUNK_DELAY)
                .build();
    }

    private static String part(ToolAnswer answer) {
        return answer.result().error()
                ? "`" + answer.call().name() + "` says: " + answer.text()
                : firstPassage(answer.text());
    }

    private static Stream<String> pages(String text) {
        return PLACE.matcher(text).results().map(place -> place.group(1));
    }

    /** Where the question finds nothing, its long words may. */
    private static ScriptedReply search(String question, List<ToolAnswer> answers, boolean brief) {
        if (answers.isEmpty()) {
            return call(said("I look it up.", HELPER_CHUNK_DELAY), ChatTools.DOCUMENTATION, "words", question)
                    .build();
        }
        String found = answers.get(answers.size() - 1).text();
        String words = WORD.matcher(question).results().map(MatchResult::group).collect(Collectors.joining(" "));
        if (answers.size() == 1 && pages(found).findAny().isEmpty() && !words.isEmpty()) {
            return call(said("With other words, then.", HELPER_CHUNK_DELAY), ChatTools.DOCUMENTATION, "words", words)
                    .build();
        }
        return said(brief ? firstPassage(found) : found, HELPER_CHUNK_DELAY).build();
    }

    private static String firstPassage(String found) {
        return PLACE.matcher(found)
                .results()
                .skip(1)
                .findFirst()
                .map(second -> found.substring(0, second.start()).strip())
                .orElse(found);
    }

    private static ScriptedReply check(String statement, List<ToolAnswer> answers) {
        if (answers.isEmpty()) {
            return call(said("I check it.", HELPER_CHUNK_DELAY), ChatTools.DOCUMENTATION, "words", statement)
                    .build();
        }
        return said(verdict(statement, answers.get(answers.size() - 1).text()), HELPER_CHUNK_DELAY)
                .build();
    }

    private static String verdict(String statement, String found) {
        int at = found.indexOf(statement);
        return at < 0
                ? "Not confirmed: the documentation does not say “" + statement + "”"
                : "Confirmed: “" + statement + "” stands in "
                        + pages(found.substring(0, at))
                                .reduce((first, last) -> last)
                                .orElse("the documentation") + ".";
    }

    private static ScriptedReply.Builder said(String text, Duration pause) {
        return ScriptedReply.builder()
                .firstDelay(DocumentationScript.FIRST_DELAY)
                .chunkDelay(pause)
                .chunkSize(CHUNK_SIZE)
                .chunks(DocumentationScript.words(text));
    }

    private static ScriptedReply.Builder call(ScriptedReply.Builder reply, String tool, String argument, String value) {
        return reply.toolCall("call_" + Tenancy.newCorrelationId(), tool, Map.of(argument, value));
    }
}
