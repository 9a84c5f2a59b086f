package io.cortexreactive.memory;

import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes a conversation apart into what must not be parted: a message, and the results of the tools it calls or what a
 * loop answers to it. What a loop says where there is nothing before it stands alone. One conversation, one reader; not
 * thread-safe.
 */
final class Units {

    private final ToLongFunction<Message> weight;

    /** What a user said last. */
    private @Nullable Unit user;

    Units(ToLongFunction<Message> weight) {
        this.weight = weight;
    }

    /** The next units. Results whose call is not there are left out: a store has forgotten it. */
    List<Unit> read(List<StoredMessage> said) {
        List<Unit> units = new ArrayList<>();
        int next = 0;
        while (next < said.size()) {
            int begin = next++;
            Message first = said.get(begin).message();
            while (next < said.size() && follows(said.get(next).message(), first)) {
                next++;
            }
            if (first.role() != Role.TOOL) {
                units.add(unit(said.subList(begin, next)));
            }
        }
        return units;
    }

    /** Whether it may belong to the message before it: results, or what an agent's loop tells its model. */
    static boolean mayFollow(Message message) {
        return message.role() == Role.TOOL || isFromAgent(message);
    }

    /** Calls have their results, and what a loop says behind those stands alone. */
    private static boolean follows(Message message, Message first) {
        return message.role() == Role.TOOL || (isFromAgent(message) && callsNothing(first));
    }

    private static boolean callsNothing(Message first) {
        return first.role() == Role.ASSISTANT && first.toolCalls().isEmpty();
    }

    /** Whether a user said it, and not a loop in the user's place. */
    static boolean isUser(Message message) {
        return message.role() == Role.USER && !isFromAgent(message);
    }

    static boolean isFromAgent(Message message) {
        return message.role() == Role.USER
                && Boolean.TRUE.equals(message.metadata().get(Message.FROM_AGENT));
    }

    /** What comes next follows what this user has said. */
    void follow(@Nullable Unit saidBefore) {
        user = saidBefore;
    }

    /** All that is in these, in one immutable list. */
    static List<Message> messages(Collection<Unit> units) {
        List<Message> messages = new ArrayList<>();
        units.forEach(unit -> messages.addAll(unit.messages()));
        return Collections.unmodifiableList(messages);
    }

    /** @param after the position of the message before */
    static List<StoredMessage> numbered(List<Message> messages, long after) {
        List<StoredMessage> numbered = new ArrayList<>(messages.size());
        for (Message message : messages) {
            numbered.add(new StoredMessage(after + numbered.size() + 1, message));
        }
        return numbered;
    }

    private Unit unit(List<StoredMessage> said) {
        List<Message> messages = whole(said.stream().map(StoredMessage::message).toList());
        long end = said.get(said.size() - 1).position();
        boolean asks = isUser(messages.get(0));
        Unit unit = new Unit(messages, messages.stream().mapToLong(weight).sum(), end, asks ? null : user);
        if (asks) {
            user = unit;
        }
        return unit;
    }

    /** A store may hold what others than this package have put there. */
    private static List<Message> whole(List<Message> unit) {
        Message first = unit.get(0);
        if (isWhole(unit)) {
            return unit;
        }
        return first.toolCalls().isEmpty() ? List.of(first) : Interruption.of(first, results(unit));
    }

    private static boolean isWhole(List<Message> unit) {
        List<String> calls =
                unit.get(0).toolCalls().stream().map(ToolCall::id).sorted().toList();
        return calls.equals(
                results(unit).stream().map(ToolResultContent::callId).sorted().toList());
    }

    private static List<ToolResultContent> results(List<Message> unit) {
        return unit.stream()
                .flatMap(message -> message.content().stream())
                .flatMap(Units::result)
                .toList();
    }

    private static Stream<ToolResultContent> result(Content part) {
        return part instanceof ToolResultContent result ? Stream.of(result) : Stream.empty();
    }

    /**
     * @throws InvalidConversationException unless every tool call has its result right behind it, and nothing else has
     */
    static void requireWhole(List<Message> messages) {
        int next = 0;
        while (next < messages.size()) {
            int begin = next++;
            while (next < messages.size() && messages.get(next).role() == Role.TOOL) {
                next++;
            }
            List<Message> unit = messages.subList(begin, next);
            if (unit.get(0).role() == Role.TOOL || !isWhole(unit)) {
                throw new InvalidConversationException("Tool calls and results must be added together: a message that"
                        + " calls tools, then one result for each call.");
            }
        }
    }
}
