package io.cortexreactive.retrieval;

import io.cortexreactive.message.Message;
import io.cortexreactive.message.MessageLog;
import io.cortexreactive.message.Usage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a user said, and what a model is told in its place. Only requests have that: a conversation keeps what was said.
 *
 * @param input what the user said
 * @param message the same, with what was found
 * @param found what was found for it
 */
public record Augmented(Message input, Message message, RetrievedContent found) {

    /** These messages, with the latest of the input replaced; themselves if it is not among them. */
    public List<Message> in(List<Message> messages) {
        int at = messages.lastIndexOf(input);
        return at < 0 ? messages : MessageLog.replaced(messages, at, message);
    }

    /**
     * What a response says of it: {@code sources}, of each item its metadata and its {@code score}; where it cost
     * something {@code retrievalUsage}, a {@link Usage}; and where a text was too long {@code retrievalLeftOut}, in
     * characters.
     */
    public Map<String, Object> metadata() {
        Map<String, Object> about = new LinkedHashMap<>();
        if (!found.isEmpty()) {
            about.put("sources", sources());
        }
        if (found.usage().total() > 0) {
            about.put("retrievalUsage", found.usage());
        }
        if (found.leftOut() > 0) {
            about.put("retrievalLeftOut", found.leftOut());
        }
        return about;
    }

    /** Where what was found comes from: of each item its metadata, and its {@code score}. */
    public List<Map<String, Object>> sources() {
        return found.items().stream().map(Augmented::source).toList();
    }

    private static Map<String, Object> source(RetrievedItem item) {
        Map<String, Object> source = new LinkedHashMap<>(item.metadata());
        source.put("score", item.score());
        return source;
    }
}
