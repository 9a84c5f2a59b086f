package io.cortexreactive.message;

import io.cortexreactive.message.SharedTexts.Beginning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Puts an answer together from its chunks, and can say at any point what has come so far. One subscription, one
 * accumulator; not thread-safe.
 *
 * <p>A call is watched in several places, each with an accumulator of its own. {@link #share} and {@link #join} let
 * them keep what their texts have in common once.
 */
public final class ChatAccumulator {

    private static final int REASONING = 0;
    private static final int TEXT = 1;
    private static final int CALL = 2;
    private static final int KINDS = 3;

    private static final Object KEY = ChatAccumulator.class;

    /** By index, then kind, so that a provider may use one index for several kinds. */
    private final Map<Long, Part> parts = new TreeMap<>();

    /** Counts what no part holds; the parts are counted when somebody asks, since that costs more than to append. */
    private final TokenCounter output = new TokenCounter();

    private SharedTexts texts = new SharedTexts();

    private @Nullable ChatCompleted completed;

    /** Most chunks go on with the part of the chunk before, which then need not be looked up. */
    private long lastKey = -1;

    private @Nullable Part last;

    /** Lets the accumulators within a call {@link #join} this one, which is around it: for {@code contextWrite}. */
    public Context share(Context context) {
        return context.put(KEY, texts);
    }

    /** Keeps texts together with the accumulator around this call, if there is one. To be told before any chunk. */
    public void join(ContextView context) {
        SharedTexts around = context.getOrDefault(KEY, null);
        if (around != null) {
            texts = around;
        }
    }

    /** Takes the next chunk. */
    public void add(ChatChunk chunk) {
        if (chunk instanceof TextDelta delta) {
            part(delta.index(), TEXT, TextPart::new).text.add(delta.text());
        } else if (chunk instanceof ReasoningDelta delta) {
            part(delta.index(), REASONING, ReasoningPart::new).add(delta);
        } else {
            output.add(chunk);
            addRare(chunk);
        }
    }

    private void addRare(ChatChunk chunk) {
        if (chunk instanceof ToolCallCompleted done) {
            parts.put(key(done.index(), CALL), new CallPart(done.call()));
        } else if (chunk instanceof ChatCompleted end) {
            completed = end;
        } else if (chunk instanceof StreamRestarted) {
            // What is discarded has cost all the same.
            countParts(output);
            parts.clear();
            last = null;
        }
    }

    @SuppressWarnings("unchecked") // a key holds its kind
    private <P extends Part> P part(int index, int kind, Function<Beginning, P> create) {
        long key = key(index, kind);
        if (last == null || key != lastKey) {
            last = parts.computeIfAbsent(key, i -> create.apply(texts.beginning(i)));
            lastKey = key;
        }
        return (P) last;
    }

    private static long key(int index, int kind) {
        return (long) index * KINDS + kind;
    }

    /** The text so far. */
    public String partialText() {
        return partialMessage().text();
    }

    /** What has come so far: text, reasoning, and those tool calls that are whole. */
    public Message partialMessage() {
        List<Content> content = new ArrayList<>();
        parts.values().forEach(part -> content.add(part.content()));
        return new Message(Role.ASSISTANT, content, Map.of());
    }

    /**
     * The usage so far: the provider's where it has told, else an estimate from the request and what has come, flagged
     * so.
     */
    public Usage usage(ChatRequest request) {
        TokenCounter all = output.copy();
        countParts(all);
        return all.usage(request);
    }

    private void countParts(TokenCounter counter) {
        parts.values().forEach(part -> part.count(counter));
    }

    /**
     * The whole answer.
     *
     * @throws UnfinishedResponseException if {@link ChatCompleted} has not come
     */
    public ChatResponse toResponse() {
        if (completed == null) {
            throw new UnfinishedResponseException();
        }
        return new ChatResponse(
                partialMessage(), completed.usage(), completed.stopReason(), completed.model(), completed.metadata());
    }

    private sealed interface Part permits TextPart, ReasoningPart, CallPart {
        Content content();

        void count(TokenCounter counter);
    }

    private record TextPart(Beginning text) implements Part {
        @Override
        public Content content() {
            return new TextContent(text.toString());
        }

        @Override
        public void count(TokenCounter counter) {
            counter.add(text.toString());
        }
    }

    private static final class ReasoningPart implements Part {
        private final Beginning text;
        private @Nullable String signature;
        private boolean redacted;
        private Map<String, Object> details = Map.of();

        ReasoningPart(Beginning text) {
            this.text = text;
        }

        void add(ReasoningDelta delta) {
            if (!delta.details().isEmpty()) {
                details = new LinkedHashMap<>(details);
                details.putAll(delta.details());
            }
            text.add(delta.text());
            redacted |= delta.redacted();
            if (delta.signature() != null) {
                signature = signature == null ? delta.signature() : signature + delta.signature();
            }
        }

        @Override
        public Content content() {
            return new ReasoningContent(text.toString(), signature, redacted, details);
        }

        @Override
        public void count(TokenCounter counter) {
            counter.add(text.toString());
        }
    }

    private record CallPart(ToolCall call) implements Part {
        @Override
        public Content content() {
            return call;
        }

        /** Its deltas were counted as they came. */
        @Override
        public void count(TokenCounter counter) {}
    }
}
