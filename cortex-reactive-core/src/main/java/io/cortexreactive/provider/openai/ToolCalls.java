package io.cortexreactive.provider.openai;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.provider.openai.CompletionEvent.ToolDelta;
import io.cortexreactive.provider.wire.ToolArguments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Tells which call a piece belongs to. By the protocol its index says so; but some servers leave the index out, some
 * give every call the same one, and some leave out the id or repeat id and name.
 */
final class ToolCalls {

    private final Queue<ChatChunk> out;
    private final String idPrefix;
    private final List<Slot> slots = new ArrayList<>();
    private final Map<Integer, Slot> byIndex = new HashMap<>();

    ToolCalls(Queue<ChatChunk> out, String idPrefix) {
        this.out = out;
        this.idPrefix = idPrefix;
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    /**
     * Takes a piece.
     *
     * @param parts how many parts the answer has
     * @param begins told before a call becomes a part of it
     * @return how many parts it has now
     */
    int add(ToolDelta delta, int parts, Runnable begins) {
        Slot slot = find(delta);
        int now = parts;
        if (slot == null) {
            begins.run();
            slot = new Slot(now++, idPrefix + slots.size());
            slots.add(slot);
            ToolArguments.requireFew(slots.size());
        }
        if (delta.index() != ToolDelta.NO_INDEX) {
            byIndex.put(delta.index(), slot);
        }
        slot.add(delta, out);
        return now;
    }

    private @Nullable Slot find(ToolDelta delta) {
        Slot known = delta.index() == ToolDelta.NO_INDEX ? withoutIndex(delta) : byIndex.get(delta.index());
        return known == null || known.isOtherThan(delta) ? null : known;
    }

    private @Nullable Slot withoutIndex(ToolDelta delta) {
        for (Slot slot : slots) {
            if (!slot.givenId.isEmpty() && slot.givenId.equals(delta.id())) {
                return slot;
            }
        }
        return delta.name().isEmpty() && !slots.isEmpty() ? slots.get(slots.size() - 1) : null;
    }

    /** To be called once: only the end of the answer tells that a call is whole. */
    void complete() {
        slots.forEach(slot -> slot.complete(out));
    }

    private static final class Slot {

        private final int part;
        private final ToolArguments arguments = new ToolArguments("", "");
        private final StringBuilder early = new StringBuilder();
        private String id;
        private String givenId = "";
        private String name = "";
        private boolean started;

        Slot(int part, String id) {
            this.part = part;
            this.id = id;
        }

        /** Only the first piece of a call has both, and some servers make up an id for each piece. */
        boolean isOtherThan(ToolDelta delta) {
            return !givenId.isEmpty()
                    && !delta.id().isEmpty()
                    && !givenId.equals(delta.id())
                    && !delta.name().isEmpty();
        }

        void add(ToolDelta delta, Queue<ChatChunk> out) {
            if (givenId.isEmpty() && !delta.id().isEmpty() && !started) {
                givenId = delta.id();
                id = delta.id();
            }
            if (!started && !delta.name().isEmpty()) {
                start(delta.name(), out);
            }
            if (!delta.arguments().isEmpty()) {
                add(delta.arguments(), out);
            }
        }

        private void start(String called, Queue<ChatChunk> out) {
            started = true;
            name = called;
            out.add(new ToolCallStarted(part, id, called));
            if (!early.isEmpty()) {
                out.add(new ToolCallDelta(part, early.toString()));
                early.setLength(0);
            }
        }

        private void add(String piece, Queue<ChatChunk> out) {
            arguments.add(piece);
            if (!started) {
                early.append(piece);
            } else {
                out.add(new ToolCallDelta(part, piece));
            }
        }

        void complete(Queue<ChatChunk> out) {
            if (!started) {
                start("", out);
            }
            ToolCall call = arguments.toCall();
            out.add(new ToolCallCompleted(part, new ToolCall(id, name, call.input(), call.invalidArguments())));
        }
    }
}
