package io.cortexreactive.examples.app.content;

import io.cortexreactive.examples.database.RunDatabase;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.StringUtils;

/**
 * What application.yml says under {@code example.runs}.
 *
 * @param postgresUrl of a server to keep runs on; empty for one of the application's own
 * @param directory where that one keeps them
 * @param inMemory whether runs are kept no longer than the application runs, whatever the others say
 */
@ConfigurationProperties("example.runs")
record RunProperties(String postgresUrl, Path directory, boolean inMemory) {

    /** Opens it. Blocks. */
    RunDatabase open() {
        if (inMemory) {
            return RunDatabase.inMemory();
        }
        return StringUtils.hasText(postgresUrl) ? RunDatabase.at(postgresUrl) : RunDatabase.embedded(directory);
    }

    /** Leaves the URL out, which may have a password. */
    @Override
    public String toString() {
        return "RunProperties[" + directory + ", inMemory=" + inMemory + "]";
    }
}
