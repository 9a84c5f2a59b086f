package io.cortexreactive.persistence.postgres;

import io.cortexreactive.retrieval.Retriever;
import io.cortexreactive.retrieval.RetrieverContract;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

class PgVectorRetrieverContractIT extends RetrieverContract {

    @RegisterExtension
    static final VectorDatabase DATABASE = new VectorDatabase();

    @BeforeAll
    static void fill() {
        PostgresDatabase.run(
                DATABASE.pool(),
                "create table docs (id int, content text, embedding vector(2))",
                "insert into docs values (1, 'a cat', '[1,0]'), (2, 'cats', '[1,1]'), (3, 'a dog', '[0,1]')");
    }

    @Override
    protected Retriever retriever() {
        return PgVectorRetriever.builder(DATABASE.pool(), new FixedEmbeddings(Map.of("cat", new float[] {1, 0})))
                .table("docs")
                .build();
    }
}
