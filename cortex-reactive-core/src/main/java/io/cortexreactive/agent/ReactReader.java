package io.cortexreactive.agent;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads thought, action and final answer out of a text as it comes, in linear time. A marker counts at the beginning of
 * a line. One action counts: what a model writes behind it, it writes without having seen what came of it. For one
 * text.
 */
final class ReactReader {

    /** Bounded in length, so that never more than that is held back to decide. */
    private static final String MARKERS =
            "[ \\t*#_`]{0,8}(?:\\d{1,2}[.)][ \\t*_`]{0,4})?(thought|action[ _]?input|action|observation|final[ _]?answer)"
                    + "(?: \\d{1,3})?([*_`]{0,3})[ \\t]{0,3}[:：]|[ \\t]{0,8}(<observation)-";

    private static final Pattern MARKER = Pattern.compile(MARKERS, Pattern.CASE_INSENSITIVE);
    private static final Pattern MARKED_LINE =
            Pattern.compile("^(?=" + MARKERS + ")", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final Pattern INLINE = Pattern.compile(
            "[\\s.][*_`]{0,3}(action|final[ _]?answer)[*_`]{0,3}[ \\t]{0,3}[:：]", Pattern.CASE_INSENSITIVE);
    private static final Pattern INLINE_INPUT =
            Pattern.compile("[\\s.][*_`]{0,3}action[ _]?input[*_`]{0,3}[ \\t]{0,3}[:：]", Pattern.CASE_INSENSITIVE);

    /** What models put around a name or an object, and around a name alone. */
    private static final String FRAME = "`*";

    private static final String NAME_FRAME = FRAME + "\"'“”‘’.";
    private static final Set<String> NO_TOOL = Set.of("", "none", "null", "n/a", "no action");
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    /** What the executor refuses anyway. */
    private static final int MAX_INPUT = 256 * 1024;

    private static final int MAX_NAME = 200;

    private final String callId;
    private final StringBuilder head = new StringBuilder();
    private final StringBuilder held = new StringBuilder();
    private final StringBuilder fresh = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thought = new StringBuilder();
    private final StringBuilder name = new StringBuilder();
    private final StringBuilder input = new StringBuilder();
    private final StringBuilder answer = new StringBuilder();
    private final ObjectScan object = new ObjectScan();
    private List<ChatChunk> out = new ArrayList<>();
    private Part part = Part.TEXT;
    private boolean lineStarts = true;
    private int read;
    private int lineAt;
    private int cutAt = -1;
    private int starsToClose;
    private boolean marked;
    private @Nullable String tool;

    /** @param callId of the call, should there be one */
    ReactReader(String callId) {
        this.callId = callId;
    }

    private enum Part {
        TEXT,
        THOUGHT,
        ACTION,
        /** The line with the tool's name is over. */
        NAMED,
        INPUT,
        IGNORED,
        ANSWER,
        /** Whatever comes is made up. */
        OVER
    }

    /** A text that is there already. */
    static ReactReader of(String callId, String whole) {
        ReactReader reader = new ReactReader(callId);
        reader.take(whole);
        reader.end();
        return reader;
    }

    /** The text, in which no line looks like one of the protocol. */
    static String quoted(String text) {
        return MARKED_LINE.matcher(text).replaceAll("> ");
    }

    /** What more of the text gives. */
    List<ChatChunk> take(String piece) {
        out = new ArrayList<>();
        int at = 0;
        while (at < piece.length() && part != Part.OVER) {
            int to = lineStarts ? atStart(piece, at) : inLine(piece, at);
            read += to - at;
            at = to;
        }
        emit();
        return out;
    }

    /** What the end of the text gives. */
    List<ChatChunk> end() {
        out = new ArrayList<>();
        if (part != Part.OVER) {
            line(head.toString());
        }
        if (part == Part.ACTION) {
            act();
        }
        emit();
        if (isUnfinished()) {
            unfold();
            emit();
        }
        String rest = rest();
        if (!rest.isEmpty()) {
            out.add(tool == null ? new TextDelta(0, rest) : new ToolCallDelta(0, rest));
        }
        return out;
    }

    /** Whether it is in the format, but neither acts nor answers. */
    boolean isUnfinished() {
        return marked && tool == null && answer.isEmpty();
    }

    /** Some models write all of it on the line of the thought, which only the end shows. */
    private void unfold() {
        Matcher marker = INLINE.matcher(thought);
        if (!marker.find()) {
            return;
        }
        String rest = thought.substring(marker.end());
        if (!marker.group(1).equalsIgnoreCase("action")) {
            part = Part.ANSWER;
            held.setLength(0);
            tell(answer, rest);
        } else if (INLINE_INPUT.matcher(rest).find()) {
            name.append(rest);
            act();
        }
    }

    /** What only the end shows to be arguments, or the answer. */
    private String rest() {
        if (tool != null) {
            return object.begun() ? "" : written();
        }
        return answer.isEmpty() && !thought.isEmpty() ? output().substring(text.length()) : "";
    }

    /** The call that the text makes, if it makes one. */
    @Nullable
    ToolCall call() {
        if (tool == null) {
            return null;
        }
        String written = written();
        if (written.isEmpty()) {
            return ToolCall.of(callId, tool, Map.of());
        }
        if (object.whole() && written.length() <= MAX_INPUT) {
            try {
                return ToolCall.of(callId, tool, JsonMapper.shared().readValue(written, OBJECT));
            } catch (JacksonException e) {
                // The executor tells the model.
            }
        }
        return new ToolCall(callId, tool, Map.of(), written);
    }

    private String written() {
        return object.whole() ? object.json() : stripped(input, FRAME);
    }

    /** The final answer; where there is neither that nor an action, all that was said. */
    String output() {
        if (!answer.isEmpty() || tool != null || thought.isEmpty()) {
            return answer.isEmpty() ? text.toString() : answer.toString();
        }
        return text.isEmpty() ? thought.toString() : text + "\n\n" + thought;
    }

    /** The text without what is made up. */
    String kept(String whole) {
        return cutAt < 0 ? whole : whole.substring(0, cutAt).stripTrailing();
    }

    private int atStart(String piece, int at) {
        if (head.isEmpty()) {
            lineAt = read;
        }
        head.append(piece.charAt(at));
        Matcher marker = MARKER.matcher(head);
        if (marker.matches()) {
            marked(marker);
        } else if (!marker.hitEnd()) {
            unmarked();
        }
        return at + 1;
    }

    private void unmarked() {
        String start = head.toString();
        head.setLength(0);
        lineStarts = start.endsWith("\n");
        line(start);
    }

    private void marked(Matcher marker) {
        String kind = marker.group(1) == null ? "observation" : marker.group(1);
        Part next = after(kind.toLowerCase(Locale.ROOT));
        if (next == null) {
            unmarked();
            return;
        }
        starsToClose = marker.group(1) == null ? 0 : stars(head, marker.start(1)) - stars(marker.group(2));
        head.setLength(0);
        lineStarts = false;
        begin(next);
    }

    private static int stars(CharSequence text, int to) {
        return (int) text.chars().limit(to).filter(c -> c == '*').count();
    }

    private static int stars(String text) {
        return stars(text, text.length());
    }

    /** What a marker begins; null where it is part of the answer. */
    private @Nullable Part after(String kind) {
        if (kind.equals("observation")) {
            return Part.OVER;
        }
        if (part == Part.ANSWER) {
            return null;
        }
        if (kind.startsWith("action") && kind.endsWith("input")) {
            return tool == null ? Part.IGNORED : input.isEmpty() ? Part.INPUT : Part.OVER;
        }
        if (tool != null) {
            return Part.OVER;
        }
        return kind.equals("thought") ? Part.THOUGHT : kind.equals("action") ? Part.ACTION : Part.ANSWER;
    }

    private void begin(Part next) {
        emit();
        marked = true;
        held.setLength(0);
        if (next == Part.OVER) {
            cutAt = lineAt;
        } else if (next == Part.THOUGHT && !thought.isEmpty()) {
            held.append('\n');
        }
        part = next;
    }

    private int inLine(String piece, int from) {
        int at = from;
        while (starsToClose > 0 && at < piece.length()) {
            starsToClose = piece.charAt(at) == '*' ? starsToClose - 1 : 0;
            at = piece.charAt(at) == '*' ? at + 1 : at;
        }
        int end = piece.indexOf('\n', at);
        lineStarts = end >= 0;
        int to = lineStarts ? end + 1 : piece.length();
        line(piece.substring(at, to));
        return to;
    }

    /** A line, or a piece of one. */
    private void line(String piece) {
        switch (part) {
            case TEXT -> tell(text, piece);
            case THOUGHT -> tell(thought, piece);
            case ANSWER -> tell(answer, piece);
            case ACTION -> named(piece);
            case NAMED -> unnamed(piece);
            case INPUT -> more(piece);
            case IGNORED, OVER -> {}
        }
    }

    /** White space at both ends is left out, and so held until something follows it. */
    private void tell(StringBuilder whole, String piece) {
        int from = whole.isEmpty() ? piece.length() - piece.stripLeading().length() : 0;
        int to = piece.stripTrailing().length();
        if (to > from) {
            held.append(piece, from, to);
            whole.append(held);
            fresh.append(held);
            held.setLength(0);
        }
        held.append(piece, Math.max(from, to), piece.length());
    }

    private void named(String piece) {
        name.append(piece);
        if (piece.endsWith("\n")) {
            act();
        }
    }

    private void act() {
        String line = name.toString();
        Matcher inline = INLINE_INPUT.matcher(line);
        int end = inline.find() ? inline.start() : line.length();
        String called = stripped(line.substring(0, end), NAME_FRAME);
        name.setLength(0);
        if (called.isEmpty()) {
            return;
        }
        if (NO_TOOL.contains(called.toLowerCase(Locale.ROOT))) {
            part = Part.IGNORED;
            return;
        }
        tool = called.substring(0, Math.min(called.length(), MAX_NAME));
        out.add(new ToolCallStarted(0, callId, tool));
        part = end < line.length() ? Part.INPUT : Part.NAMED;
        if (part == Part.INPUT) {
            more(line.substring(inline.end()));
        }
    }

    /** Some models leave the marker out before the arguments. */
    private void unnamed(String piece) {
        String said = piece.stripLeading();
        if (!said.isEmpty()) {
            part = said.startsWith("{") || said.startsWith("`") ? Part.INPUT : Part.IGNORED;
            line(piece);
        }
    }

    private void more(String piece) {
        input.append(piece);
        object.take(piece, fresh);
    }

    private void emit() {
        if (fresh.isEmpty()) {
            return;
        }
        String piece = fresh.toString();
        fresh.setLength(0);
        out.add(
                switch (part) {
                    case THOUGHT -> new ReasoningDelta(0, piece, null);
                    case INPUT -> new ToolCallDelta(0, piece);
                    default -> new TextDelta(0, piece);
                });
    }

    private static String stripped(CharSequence text, String frame) {
        int from = 0;
        int to = text.length();
        while (from < to && isFrame(text.charAt(from), frame)) {
            from++;
        }
        while (from < to && isFrame(text.charAt(to - 1), frame)) {
            to--;
        }
        return text.subSequence(from, to).toString();
    }

    private static boolean isFrame(char c, String frame) {
        return Character.isWhitespace(c) || frame.indexOf(c) >= 0;
    }

    /** Finds where a JSON object begins and ends, whatever stands around it. */
    private static final class ObjectScan {

        private final StringBuilder json = new StringBuilder();
        private boolean none;
        private boolean inText;
        private boolean escaped;
        private int depth;

        void take(String piece, StringBuilder fresh) {
            for (int i = 0; i < piece.length() && !none && !whole(); i++) {
                char c = piece.charAt(i);
                none = !begun() && (c == '[' || c == '"');
                if (begun() || c == '{') {
                    add(c);
                    fresh.append(c);
                }
            }
        }

        private void add(char c) {
            json.append(c);
            if (inText) {
                inText = escaped || c != '"';
                escaped = !escaped && c == '\\';
            } else if (c == '"') {
                inText = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }

        boolean begun() {
            return !json.isEmpty();
        }

        boolean whole() {
            return begun() && depth == 0;
        }

        String json() {
            return json.toString();
        }
    }
}
