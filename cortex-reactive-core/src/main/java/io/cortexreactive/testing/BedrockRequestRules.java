package io.cortexreactive.testing;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The rules by which Bedrock refuses a request before any model sees it, in its own words where they are known. */
final class BedrockRequestRules {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern DOCUMENT_NAME = Pattern.compile("(?!.*\\s\\s)[a-zA-Z0-9\\s\\-()\\[\\]]{1,200}");

    private static final Set<Integer> DIMENSIONS = Set.of(256, 512, 1024);
    private static final int MOST_TEXTS = 96;

    private BedrockRequestRules() {}

    /** @throws RefusedRequestException if a rule is broken */
    static void check(JsonNode root) {
        checkOptions(root.path("inferenceConfig"));
        int index = 0;
        for (JsonNode block : root.path("system")) {
            checkText(block, "SystemContentBlock", "system." + index++);
        }
        checkTools(root.path("toolConfig"));
        checkMessages(root.path("messages"), root.path("toolConfig").has("tools"));
    }

    /**
     * What models of Titan and Cohere refuse to embed.
     *
     * @throws RefusedRequestException if a rule is broken
     */
    static void checkEmbedding(String model, JsonNode root) {
        if (model.contains("amazon.titan-embed-text")) {
            requireWellFormed(!root.path("inputText").asString("").isEmpty(), "expected minLength: 1, actual: 0");
            requireWellFormed(
                    !root.has("dimensions")
                            || DIMENSIONS.contains(root.path("dimensions").asInt()),
                    "#/dimensions: value is not a valid enum value");
            return;
        }
        requireWellFormed(root.has("input_type"), "#: required key [input_type] not found");
        int texts = root.path("texts").size();
        requireWellFormed(texts > 0, "#/texts: expected minimum item count: 1, found: 0");
        requireWellFormed(
                texts <= MOST_TEXTS, "#/texts: expected maximum item count: " + MOST_TEXTS + ", found: " + texts);
    }

    private static void requireWellFormed(boolean holds, String otherwise) {
        require(holds, "Malformed input request: " + otherwise + ", please reformat your input and try again.");
    }

    private static void checkOptions(JsonNode options) {
        JsonNode maxTokens = options.path("maxTokens");
        require(
                !maxTokens.isNumber() || maxTokens.asInt() >= 1,
                "1 validation error detected: Value at 'inferenceConfig.maxTokens' failed to satisfy constraint:"
                        + " Member must have value greater than or equal to 1");
        checkRange(options, "temperature");
        checkRange(options, "topP");
    }

    private static void checkRange(JsonNode options, String name) {
        double value = options.path(name).asDouble(0);
        require(
                value >= 0 && value <= 1,
                "1 validation error detected: Value at 'inferenceConfig." + name
                        + "' failed to satisfy constraint: Member must have value between 0 and 1");
    }

    private static void checkTools(JsonNode config) {
        require(
                !config.has("tools") || !config.path("tools").isEmpty(),
                "1 validation error detected: Value at 'toolConfig.tools' failed to satisfy constraint: Member must"
                        + " have length greater than or equal to 1");
        Set<String> names = new HashSet<>();
        for (JsonNode tool : config.path("tools")) {
            if (tool.has("toolSpec")) {
                String name = tool.path("toolSpec").path("name").asString("");
                checkName(name, "toolConfig.tools.toolSpec.name");
                require(names.add(name), "The tool " + name + " is already defined at toolConfig.tools.");
            }
        }
    }

    private static void checkMessages(JsonNode messages, boolean tools) {
        require(
                !messages.isEmpty(),
                "A conversation must start with a user message. Try again with a conversation that starts with a user"
                        + " message.");
        Set<String> open = Set.of();
        String before = "assistant";
        int index = 0;
        for (JsonNode message : messages) {
            String role = message.path("role").asString("");
            checkRole(role, before, index);
            open = checkContent(message.path("content"), "messages." + index, open, tools);
            before = role;
            index++;
        }
    }

    private static void checkRole(String role, String before, int index) {
        require(
                role.equals("user") || role.equals("assistant"),
                "1 validation error detected: Value at 'messages." + (index + 1)
                        + ".member.role' failed to satisfy constraint: Member must satisfy enum value set:"
                        + " [user, assistant]");
        require(
                index > 0 || role.equals("user"),
                "A conversation must start with a user message. Try again with a conversation that starts with a user"
                        + " message.");
        require(
                !role.equals(before),
                "A conversation must alternate between user and assistant roles. Make sure the conversation alternates"
                        + " between user and assistant roles and try again.");
    }

    /** Checks one turn; gives the tool calls in it, which the next turn must answer. */
    private static Set<String> checkContent(JsonNode content, String where, Set<String> open, boolean tools) {
        require(
                !content.isEmpty(),
                "The content field in the Message object at " + where
                        + " is empty. Add a ContentBlock object to the content field and try again.");
        Set<String> calls = new HashSet<>();
        Set<String> answered = new HashSet<>();
        int index = 0;
        for (JsonNode block : content) {
            checkText(block, "ContentBlock", where + ".content." + index++);
            checkDocument(block.path("document"));
            checkToolBlock(block, tools);
            if (block.has("toolUse")) {
                calls.add(block.path("toolUse").path("toolUseId").asString(""));
            }
            if (block.has("toolResult")) {
                answered.add(block.path("toolResult").path("toolUseId").asString(""));
            }
        }
        checkAnswers(open, answered, where);
        return calls;
    }

    private static void checkAnswers(Set<String> open, Set<String> answered, String where) {
        require(
                open.containsAll(answered),
                "The number of toolResult blocks at " + where
                        + ".content exceeds the number of toolUse blocks of previous turn.");
        Set<String> missing = new HashSet<>(open);
        missing.removeAll(answered);
        require(
                missing.isEmpty(),
                "Expected toolResult blocks at " + where + ".content for the following Ids: "
                        + String.join(", ", missing));
    }

    private static void checkText(JsonNode block, String type, String where) {
        require(
                !block.has("text") || !block.path("text").asString("").isBlank(),
                "The text field in the " + type + " object at " + where
                        + " is blank. Add text to the text field, and try again.");
    }

    private static void checkDocument(JsonNode document) {
        require(
                !document.isObject()
                        || DOCUMENT_NAME
                                .matcher(document.path("name").asString(""))
                                .matches(),
                "The document file name can only contain alphanumeric characters, whitespace characters, hyphens,"
                        + " parentheses, and square brackets. The name can't contain more than one consecutive"
                        + " whitespace character.");
    }

    private static void checkToolBlock(JsonNode block, boolean tools) {
        JsonNode use = block.path("toolUse");
        JsonNode result = block.path("toolResult");
        require(
                tools || !(use.isObject() || result.isObject()),
                "The toolConfig field must be defined when using toolUse and toolResult content blocks.");
        if (use.isObject()) {
            checkName(use.path("toolUseId").asString(""), "toolUse.toolUseId");
            checkName(use.path("name").asString(""), "toolUse.name");
            require(
                    use.path("input").isObject(),
                    "The format of the value at toolUse.input is invalid. Provide a json"
                            + " object for the field and try again.");
        }
    }

    private static void checkName(String name, String where) {
        require(
                NAME.matcher(name).matches(),
                "1 validation error detected: Value '" + name + "' at '" + where
                        + "' failed to satisfy constraint: Member must satisfy regular expression pattern:"
                        + " [a-zA-Z0-9_-]+ and have length between 1 and 64");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw invalid(otherwise);
        }
    }

    static RefusedRequestException invalid(String message) {
        return new RefusedRequestException(400, "ValidationException", message);
    }
}
