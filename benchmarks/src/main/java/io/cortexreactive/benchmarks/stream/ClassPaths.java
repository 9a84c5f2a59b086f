package io.cortexreactive.benchmarks.stream;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a client's process runs on: this project's own clients on what this process has, each peer on its own. */
public final class ClassPaths {

    private static final Map<String, String> PEERS = Map.of(
            "bedrock/langchain4j", "langchain4j",
            "openai/langchain4j", "langchain4j",
            "bedrock/spring-ai", "spring-ai-bedrock",
            "openai/spring-ai", "spring-ai",
            "agent/langchain4j", "langchain4j",
            "agent/langchain4j-stream", "langchain4j",
            "agent/agentscope", "agentscope",
            "agent/agentscope-stream", "agentscope");
    private static final Pattern WORTH_NAMING = Pattern.compile(
            "(langchain4j(-bedrock|-core|-open-ai)?|agentscope-core|spring-ai-(openai|bedrock-converse)|bedrockruntime|netty-common|reactor-core"
                    + "|spring-core|openai-java-core|okhttp)-\\d.*");

    private ClassPaths() {}

    static String of(String client) throws IOException {
        String peer = PEERS.get(client);
        return peer == null ? System.getProperty("java.class.path") : ofPeer(peer);
    }

    private static String ofPeer(String peer) throws IOException {
        Path target = home().resolve("peers").resolve(peer).resolve("target");
        Path list = target.resolve("classpath.txt");
        if (!Files.exists(list)) {
            throw new IOException("Build the peers first, with: mvn -q -pl benchmarks -am package -DskipTests");
        }
        return target.resolve("classes")
                + File.pathSeparator
                + Files.readString(list).trim();
    }

    /** The module's directory; this class is in its {@code target}. */
    private static Path home() throws IOException {
        try {
            return Path.of(ClassPaths.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolve("../..")
                    .normalize();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /** The libraries of a peer that its figures depend on. */
    public static String versions(String client) throws IOException {
        return Arrays.stream(of(client).split(File.pathSeparator, -1))
                .map(path -> Path.of(path).getFileName().toString())
                .filter(file -> WORTH_NAMING.matcher(file).matches())
                .map(file -> file.replaceAll("-(\\d.*)\\.jar$", " $1"))
                .collect(Collectors.joining(", "));
    }
}
