package io.cortexreactive.provider.anthropic;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.provider.anthropic.RequestMapper.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps the conversation: messages of one side that follow each other become one turn, in which tool results come first,
 * and system messages leave the conversation.
 */
final class ConversationMapper {

    private static final String ASSISTANT = "assistant";

    private final Refusal refusal;
    private final CachePoints cache;
    private final ContentMapper content;

    ConversationMapper(Refusal refusal, CachePoints cache) {
        this.refusal = refusal;
        this.cache = cache;
        content = new ContentMapper(refusal, cache);
    }

    /** The blocks before the conversation; empty if there are none. */
    List<Map<String, Object>> system(ChatRequest request) {
        List<Map<String, Object>> blocks = new ArrayList<>();
        addSystem(blocks, request.system());
        request.messages().stream()
                .filter(message -> message.role() == Role.SYSTEM)
                .flatMap(message -> message.content().stream())
                .forEach(part -> addSystem(blocks, part));
        return blocks;
    }

    private void addSystem(List<Map<String, Object>> blocks, Content part) {
        if (part instanceof TextContent text) {
            addSystem(blocks, text.text());
        } else if (part instanceof CachePoint point) {
            cache.mark(point);
        } else {
            throw refusal.because("A system message carries text and cache points only, not "
                    + part.getClass().getSimpleName() + ".");
        }
    }

    private void addSystem(List<Map<String, Object>> blocks, @Nullable String text) {
        Map<String, Object> block = text == null ? null : ContentMapper.text(text);
        if (block != null) {
            blocks.add(cache.passed(block));
        }
    }

    List<Map<String, Object>> messages(ChatRequest request) {
        List<Turn> turns = new ArrayList<>();
        request.messages().stream()
                .filter(message -> message.role() != Role.SYSTEM)
                .forEach(message -> add(turns, message));
        if (turns.isEmpty()) {
            throw refusal.because("The request has no message to answer. Add one with ChatRequest.builder().user(..).");
        }
        return turns.stream().map(Turn::toMessage).toList();
    }

    private void add(List<Turn> turns, Message message) {
        List<Map<String, Object>> blocks = new ArrayList<>();
        for (Content part : message.content()) {
            Map<String, Object> block = content.map(message.role(), part);
            if (block != null) {
                blocks.add(block);
            }
        }
        String side = message.role() == Role.ASSISTANT ? ASSISTANT : "user";
        if (saysNothing(blocks)) {
            refuseEmpty(side, message);
        } else if (!turns.isEmpty() && turns.get(turns.size() - 1).side.equals(side)) {
            turns.get(turns.size() - 1).blocks.addAll(blocks);
        } else {
            turns.add(new Turn(side, blocks));
        }
    }

    /** A turn of reasoning alone is refused, as an empty one is. */
    private static boolean saysNothing(List<Map<String, Object>> blocks) {
        return blocks.stream()
                .allMatch(block -> String.valueOf(block.get("type")).endsWith("thinking"));
    }

    /** An empty answer of the model says nothing and is left out; an empty question is a mistake. */
    private void refuseEmpty(String side, Message message) {
        boolean marks = message.content().stream().allMatch(CachePoint.class::isInstance);
        if (!side.equals(ASSISTANT) && !marks) {
            throw refusal.because("A user message is empty. Give it text, an image, a document or a tool result.");
        }
    }

    private record Turn(String side, List<Map<String, Object>> blocks) {

        Map<String, Object> toMessage() {
            Map<String, Object> message = new LinkedHashMap<>();
            message.put("role", side);
            message.put("content", compact(resultsFirst()));
            return message;
        }

        /** The service refuses results that come after anything else. */
        private List<Map<String, Object>> resultsFirst() {
            List<Map<String, Object>> ordered = new ArrayList<>();
            blocks.stream().filter(Turn::isResult).forEach(ordered::add);
            blocks.stream().filter(block -> !isResult(block)).forEach(ordered::add);
            return ordered;
        }

        private static boolean isResult(Map<String, Object> block) {
            return "tool_result".equals(block.get("type"));
        }
    }

    /** A single text goes as a text. */
    static Object compact(List<Map<String, Object>> blocks) {
        Map<String, Object> first = blocks.get(0);
        boolean plain = blocks.size() == 1 && "text".equals(first.get("type")) && !first.containsKey("cache_control");
        return plain ? String.valueOf(first.get("text")) : blocks;
    }
}
