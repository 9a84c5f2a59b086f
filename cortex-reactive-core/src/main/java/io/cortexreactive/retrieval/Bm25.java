package io.cortexreactive.retrieval;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Ranks by BM25 over an index that is built when it is first asked for. */
final class Bm25 implements CollectionSearch {

    private final CollectionItems items;
    private @Nullable LuceneIndex index;
    private boolean closed;

    Bm25(CollectionItems items) {
        this.items = items;
    }

    @Override
    public RetrievedContent search(String query, int limit) {
        try {
            return index().search(query, limit, items::found);
        } catch (NoClassDefFoundError e) {
            throw new RetrieverConfigurationException(
                    "To rank a collection by BM25, add org.apache.lucene:lucene-core to the class path, or use"
                            + " Retrievers.collection(..).wordOverlap(). Missing is " + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("An index in memory could not be read", e);
        }
    }

    /** Whoever asks while it is built waits for it. */
    private synchronized LuceneIndex index() throws IOException {
        if (closed) {
            throw new RetrieverClosedException();
        }
        if (index == null) {
            index = LuceneIndex.of(items.size(), items::content);
        }
        return index;
    }

    @Override
    public synchronized void close() {
        closed = true;
        LuceneIndex open = index;
        index = null;
        if (open != null) {
            open.close();
        }
    }
}
