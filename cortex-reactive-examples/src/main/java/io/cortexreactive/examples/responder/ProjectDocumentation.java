package io.cortexreactive.examples.responder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** README.md and the guides in docs, as the build packages them. */
final class ProjectDocumentation {

    private static final String ROOT = "/project-documentation/";

    private ProjectDocumentation() {}

    static List<Document> load() {
        try {
            Resource[] pages = new PathMatchingResourcePatternResolver().getResources("classpath*:" + ROOT + "**/*.md");
            if (pages.length == 0) {
                throw new IllegalStateException("The documentation is not on the class path. Build the examples with"
                        + " Maven, which copies README.md and docs there.");
            }
            return Arrays.stream(pages)
                    .map(ProjectDocumentation::read)
                    .sorted(Comparator.comparing(Document::name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Document read(Resource page) {
        try {
            String address = page.getURL().toString();
            String name = address.substring(address.lastIndexOf(ROOT) + ROOT.length());
            return new Document(name, page.getContentAsString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
