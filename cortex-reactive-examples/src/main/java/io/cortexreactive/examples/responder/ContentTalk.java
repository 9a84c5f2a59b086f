package io.cortexreactive.examples.responder;

import io.cortexreactive.examples.content.Brief;
import io.cortexreactive.examples.content.ContentTeam;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the simulated model says when it writes or reviews in a {@link ContentTeam}: it puts together what was found,
 * and looks up what an editor asks for. Immutable and thread-safe.
 */
final class ContentTalk {

    private static final Duration CHUNK_DELAY = Duration.ofMillis(8);
    private static final int CHUNK_SIZE = 12;
    private static final int FEW_WORDS = 60;

    private static final Pattern PLACE = Pattern.compile("(?m)^\\*\\*([^*]+\\.md)\\*\\*.*:$\\n*");
    private static final Pattern SOURCES = Pattern.compile("(?m)^This comes from (.+)\\.$");
    private static final Pattern WORD = Pattern.compile("\\S+");

    /** What asks for less, not for more. */
    private static final Pattern SHORTER = Pattern.compile("(?i)\\b(short|shorter|brief|briefer|less)\\b");

    private final ExtractiveResponder documentation;

    ContentTalk(ExtractiveResponder documentation) {
        this.documentation = documentation;
    }

    /** The answer, where one of the team is asked. */
    Optional<ScriptedReply> reply(ChatRequest request, String asked) {
        String task = String.valueOf(request.systemText());
        if (task.startsWith(ContentTeam.WRITER_ROLE)) {
            return Optional.of(said(article(Brief.of(asked))));
        }
        return task.startsWith(ContentTeam.REVIEWER_ROLE) ? Optional.of(said(review(asked))) : Optional.empty();
    }

    private String article(Brief brief) {
        boolean shorter = SHORTER.matcher(brief.comment()).find();
        String found = shorter ? first(brief.research()) : brief.research();
        String wanted = brief.comment().isEmpty() || shorter ? "" : documentation.briefAnswer(brief.comment());
        String body = PLACE.matcher(found).replaceAll("");
        String added = wanted.isEmpty()
                ? ""
                : "\n\n## On the editor's wish\n\n“" + brief.comment() + "”\n\n"
                        + PLACE.matcher(wanted).replaceAll("");
        List<String> pages = PLACE.matcher(found + "\n\n" + wanted)
                .results()
                .map(place -> place.group(1))
                .distinct()
                .toList();
        String end = pages.isEmpty() ? "" : "\n\nThis comes from " + String.join(", ", pages) + ".";
        return "# " + title(brief.topic()) + "\n\n" + body.strip() + added + end;
    }

    private static String title(String topic) {
        String line = topic.strip().replaceAll("\\s+", " ");
        return line.isEmpty() ? "Untitled" : line.substring(0, 1).toUpperCase(Locale.ROOT) + line.substring(1);
    }

    /** What was found best. */
    private static String first(String found) {
        return PLACE.matcher(found)
                .results()
                .skip(1)
                .findFirst()
                .map(second -> found.substring(0, second.start()).strip())
                .orElse(found);
    }

    private static String review(String text) {
        long words = WORD.matcher(text).results().count();
        String sources = SOURCES.matcher(text)
                .results()
                .map(named -> "It names its sources: " + named.group(1) + ".")
                .reduce((earlier, last) -> last)
                .orElse("It names no source, since nothing was found on the topic.");
        String heading = text.lines().findFirst().orElse("").replaceFirst("^# ", "");
        String weak = words < FEW_WORDS
                ? "It is short, with " + words + " words; ask for more where that is too little."
                : "It has " + words + " words, quoted as they stand; they may want a connecting sentence.";
        return List.of("It keeps to “" + heading + "”.", sources, weak).stream()
                .map(point -> "- " + point)
                .collect(Collectors.joining("\n"));
    }

    private static ScriptedReply said(String text) {
        return ScriptedReply.builder()
                .firstDelay(DocumentationScript.FIRST_DELAY)
                .chunkDelay(CHUNK_DELAY)
                .chunkSize(CHUNK_SIZE)
                .chunks(DocumentationScript.words(text))
                .build();
    }
}
