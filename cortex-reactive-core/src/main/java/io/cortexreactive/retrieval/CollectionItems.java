package io.cortexreactive.retrieval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The items of a list, whatever they are made of.
 *
 * @param items texts, maps, found items, or anything else
 * @param contentKey where a map has its text
 */
record CollectionItems(List<?> items, String contentKey) {

    static CollectionItems of(List<?> items, String contentKey) {
        int place = 0;
        for (Object item : items) {
            if (item == null) {
                throw new RetrieverConfigurationException(
                        "Item " + place + " of the collection is null. Leave it out.", null);
            }
            place++;
        }
        return new CollectionItems(List.copyOf(items), contentKey);
    }

    int size() {
        return items.size();
    }

    String content(int place) {
        Object item = items.get(place);
        if (item instanceof Map<?, ?> map) {
            Object content = map.get(contentKey);
            return content == null ? "" : content.toString();
        }
        return item instanceof RetrievedItem found ? found.content() : item.toString();
    }

    RetrievedItem found(int place, double score) {
        Object item = items.get(place);
        if (item instanceof Map<?, ?> map) {
            Map<String, Object> metadata = new LinkedHashMap<>();
            map.forEach((key, value) -> metadata.put(String.valueOf(key), value));
            return new RetrievedItem(content(place), score, metadata);
        }
        return item instanceof RetrievedItem found
                ? new RetrievedItem(found.content(), score, found.metadata())
                : RetrievedItem.of(content(place), score);
    }
}
