package io.cortexreactive.examples.responder;

import io.cortexreactive.examples.tools.ChatTools;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the simulated model says when it has tools: first it calls those that the words of a question ask for, then it
 * says what they gave. Immutable and thread-safe.
 */
final class ToolTalk {

    static final List<String> QUESTIONS = List.of(
            "What time is it in Tokyo, and what is 12 * (3 + 4)?",
            "What is 1 / (2 - 2)?",
            "Look up how a tool asks for approval",
            "Send a note to Ada: lunch at noon?");

    private static final Pattern TIME = Pattern.compile(
            "(?i)\\bwhat(?:'s|’s| is)? (?:the )?time(?: is it)?(?: in ([\\p{L} ]+?))?(?=[?.,!]| and |$)");
    private static final Pattern SUM = Pattern.compile(
            "(?i)\\b(?:what is|what's|what’s|how much is|calculate)\\s+([-+(.\\d][-+*/%^×÷·−().\\s\\d]*)");
    private static final Pattern OPERATOR = Pattern.compile("[\\d)]\\s*[-+*/%^×÷·−]");
    private static final Pattern LOOK_UP = Pattern.compile("(?i)\\blook up (.+)");
    private static final Pattern NOTE = Pattern.compile("(?is)\\bsend a note to ([^:]{1,100}):\\s*(.{1,500})");

    private static final int CHUNK_SIZE = 4;
    private static final Duration CHUNK_DELAY = Duration.ofMillis(40);

    /** By the name of a city in lower case. */
    private final Map<String, String> zones = new TreeMap<>();

    /** Reads the zones there are, blocking. */
    ToolTalk() {
        Set<String> all = ZoneId.getAvailableZoneIds();
        all.forEach(id -> zones.put(
                id.substring(id.lastIndexOf('/') + 1).replace('_', ' ').toLowerCase(Locale.ROOT), id));
    }

    /** The answer, where tools have to do with it. */
    Optional<ScriptedReply> reply(ChatRequest request, String question) {
        List<String> results =
                ToolAnswer.all(request.messages()).stream().map(ToolTalk::told).toList();
        if (!results.isEmpty()) {
            return Optional.of(said(String.join("\n\n", results)).build());
        }
        List<ToolCall> calls = calls(request.tools(), question);
        if (calls.isEmpty()) {
            return Optional.empty();
        }
        ScriptedReply.Builder reply = said("I have a tool for that.").chunkSize(CHUNK_SIZE);
        calls.forEach(call -> reply.toolCall(call.id(), call.name(), call.input()));
        return Optional.of(reply.build());
    }

    private static ScriptedReply.Builder said(String text) {
        return ScriptedReply.builder()
                .firstDelay(DocumentationScript.FIRST_DELAY)
                .chunkDelay(CHUNK_DELAY)
                .chunks(DocumentationScript.words(text));
    }

    private List<ToolCall> calls(List<ToolDefinition> tools, String question) {
        Map<String, Map<String, Object>> wanted = new LinkedHashMap<>();
        find(TIME, question, asked -> wanted.put(ChatTools.CLOCK, zone(asked.group(1))));
        find(SUM, question, asked -> {
            if (OPERATOR.matcher(asked.group(1)).find()) {
                wanted.put(
                        ChatTools.CALCULATOR,
                        Map.of("expression", asked.group(1).strip()));
            }
        });
        find(LOOK_UP, question, asked -> wanted.put(ChatTools.DOCUMENTATION, Map.of("words", asked.group(1))));
        find(NOTE, question, asked -> {
            Map<String, Object> note = new LinkedHashMap<>();
            note.put("to", asked.group(1).strip());
            note.put("text", asked.group(2).strip());
            wanted.put(ChatTools.NOTE, note);
        });
        Set<String> there = tools.stream().map(ToolDefinition::name).collect(Collectors.toSet());
        return wanted.entrySet().stream()
                .filter(call -> there.contains(call.getKey()))
                .map(call -> ToolCall.of("call_" + Tenancy.newCorrelationId(), call.getKey(), call.getValue()))
                .toList();
    }

    private static void find(Pattern pattern, String question, Consumer<Matcher> then) {
        Matcher asked = pattern.matcher(question);
        if (asked.find()) {
            then.accept(asked);
        }
    }

    /** What is no city is handed on as it is, for the tool to say what it thinks of it. */
    private Map<String, Object> zone(@Nullable String city) {
        return city == null
                ? Map.of()
                : Map.of("zone", zones.getOrDefault(city.strip().toLowerCase(Locale.ROOT), city.strip()));
    }

    private static String told(ToolAnswer answer) {
        ToolCall call = answer.call();
        String text = answer.text();
        if (answer.result().error()) {
            return "That did not work. `" + call.name() + "` says: " + text;
        }
        return switch (call.name()) {
            case ChatTools.CLOCK -> "It is **" + text + "**.";
            case ChatTools.CALCULATOR -> call.input().get("expression") + " = **" + text + "**";
            case ChatTools.NOTE -> "Done. " + text;
            default -> text;
        };
    }
}
