package io.cortexreactive.persistence.postgres;

import io.cortexreactive.retrieval.Retriever;
import io.cortexreactive.retrieval.RetrieverContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

class R2dbcRetrieverContractIT extends RetrieverContract {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    @BeforeAll
    static void fill() {
        DATABASE.run(
                "create table docs (id int, content text)",
                "insert into docs values (1, 'a cat'), (2, 'cat and cat'), (3, 'the other cat'), (4, 'no dog')");
    }

    @Override
    protected Retriever retriever() {
        return R2dbcRetriever.builder(DATABASE.connections())
                .table("docs")
                .searchColumns("content")
                .build();
    }
}
