package io.cortexreactive.retrieval;

import io.cortexreactive.message.Usage;
import java.util.List;

/**
 * Documents that can be found.
 *
 * @param ids of the documents, in order
 * @param usage what it cost to embed them
 */
public record AddedDocuments(List<String> ids, Usage usage) {

    public AddedDocuments {
        ids = List.copyOf(ids);
    }
}
