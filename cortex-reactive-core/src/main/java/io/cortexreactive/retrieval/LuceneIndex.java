package io.cortexreactive.retrieval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/** Texts in Lucene's index, in memory. The one place that needs Lucene. Thread-safe; takes the caller's time. */
final class LuceneIndex {

    private static final String TEXT = "text";
    private static final String PLACE = "place";
    private static final int MAX_WORDS = 1_000;

    /** How often each word occurs, but not where: nobody asks for phrases. */
    private static final FieldType COUNTED = counted();

    private final Directory directory = new ByteBuffersDirectory();
    private final DirectoryReader reader;

    private LuceneIndex(int size, IntFunction<String> texts) throws IOException {
        try (Analyzer analyzer = new StandardAnalyzer();
                IndexWriter writer = new IndexWriter(directory, inOrder(analyzer))) {
            for (int place = 0; place < size; place++) {
                Document document = new Document();
                document.add(new Field(TEXT, texts.apply(place), COUNTED));
                document.add(new StoredField(PLACE, place));
                writer.addDocument(document);
            }
        }
        reader = DirectoryReader.open(directory);
    }

    /** By its place equal scores are ranked. Brings no threads along. */
    private static IndexWriterConfig inOrder(Analyzer analyzer) {
        return new IndexWriterConfig(analyzer)
                .setMergePolicy(new LogDocMergePolicy())
                .setMergeScheduler(new SerialMergeScheduler());
    }

    private static FieldType counted() {
        FieldType type = new FieldType();
        type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
        type.freeze();
        return type;
    }

    static LuceneIndex of(int size, IntFunction<String> texts) throws IOException {
        return new LuceneIndex(size, texts);
    }

    RetrievedContent search(String query, int limit, Best.Found<Integer> found) throws IOException {
        if (!reader.tryIncRef()) {
            throw new RetrieverClosedException();
        }
        try {
            IndexSearcher searcher = new IndexSearcher(reader);
            List<RetrievedItem> items = new ArrayList<>();
            for (ScoreDoc hit : searcher.search(anyOf(words(query)), limit).scoreDocs) {
                Number place = searcher.storedFields()
                        .document(hit.doc)
                        .getField(PLACE)
                        .numericValue();
                items.add(found.of(Objects.requireNonNull(place).intValue(), hit.score));
            }
            return new RetrievedContent(items);
        } finally {
            reader.decRef();
        }
    }

    /** The words as they are indexed. What has a meaning to Lucene's own query language has none here. */
    private static Set<String> words(String query) throws IOException {
        int most = Math.min(MAX_WORDS, IndexSearcher.getMaxClauseCount());
        Set<String> words = new LinkedHashSet<>();
        try (Analyzer analyzer = new StandardAnalyzer();
                TokenStream tokens = analyzer.tokenStream(TEXT, query)) {
            CharTermAttribute word = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (words.size() < most && tokens.incrementToken()) {
                words.add(word.toString());
            }
            tokens.end();
        }
        return words;
    }

    private static Query anyOf(Set<String> words) {
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        words.forEach(word -> any.add(new TermQuery(new Term(TEXT, word)), BooleanClause.Occur.SHOULD));
        return any.build();
    }

    /** Searches under way still read to their end. */
    void close() {
        try {
            reader.close();
            directory.close();
        } catch (IOException e) {
            throw new UncheckedIOException("An index in memory could not be closed", e);
        }
    }
}
