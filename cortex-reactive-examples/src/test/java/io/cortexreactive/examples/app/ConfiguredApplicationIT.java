package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.Api.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cortexreactive.examples.backend.Backends;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The application as OPENAI_BASE_URL, OPENAI_API_KEY and GLOBEX_OPENAI_API_KEY would make it. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "example.simulate=false",
            "example.providers.bedrock.model=",
            "example.providers.anthropic.api-key=",
            "example.providers.openai.api-key=operator-key",
            "example.providers.openai.model=",
            "example.tenants[0].id=acme",
            "example.tenants[0].name=Acme",
            "example.tenants[0].simulated-key=unused",
            "example.tenants[0].keys.openai=",
            "example.tenants[1].id=globex",
            "example.tenants[1].name=Globex",
            "example.tenants[1].simulated-key=unused",
            "example.tenants[1].keys.openai=key-of-globex",
            "example.heartbeat=100ms",
            "example.sample=100ms"
        })
@Import(Api.class)
@DirtiesContext // its server ends with this class
class ConfiguredApplicationIT {

    private static final SimulatedModelServer SERVICE =
            Objects.requireNonNull(SimulatedModelServer.builder().start().block(SOON));

    private final Api api;

    @Autowired
    ConfiguredApplicationIT(Api api) {
        this.api = api;
    }

    @DynamicPropertySource
    static void address(DynamicPropertyRegistry properties) {
        properties.add("example.providers.openai.base-url", () -> SERVICE.endpoint() + "/v1");
    }

    @AfterAll
    static void stopService() {
        SERVICE.close().block(SOON);
    }

    private WebTestClient.ResponseSpec get(String path) {
        return api.http().get().uri(path).header(CallerFilter.TENANT, "acme").exchange();
    }

    @Test
    void onlyWhatIsSetIsOffered(@Autowired Backends backends) {
        assertThat(backends.ids()).isEqualTo("openai");
        get("/api/info")
                .expectBody()
                .jsonPath("$.simulated")
                .isEqualTo(false)
                .jsonPath("$.notice")
                .value(String.class, notice -> assertThat(notice).contains("OpenAI at 127.0.0.1", "costs"))
                .jsonPath("$.suggestions.failures")
                .isEmpty()
                .jsonPath("$.suggestions.recoveries")
                .isEmpty();
    }

    @Test
    void theServiceSaysWhichModelsItHas() {
        get("/api/providers/openai/models")
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(models -> assertThat(models).contains("simulated-chat"));
    }

    @Test
    void withoutADefaultAQuestionHasToNameItsModel() {
        post("acme", "")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("no_model");
    }

    @Test
    void tenantsCallWithTheirOwnKeyWhereTheyHaveOne() {
        SERVICE.enqueue(ScriptedReply.text("a"), ScriptedReply.text("b"));
        post("acme", ",\"model\":\"simulated-chat\"")
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult();
        post("globex", ",\"model\":\"simulated-chat\"")
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult();

        assertThat(SERVICE.calls())
                .filteredOn(call -> call.path().endsWith("/chat/completions"))
                .extracting(call -> call.call().credential())
                .contains("operator-key", "key-of-globex");
    }

    private WebTestClient.ResponseSpec post(String tenant, String more) {
        return api.http()
                .post()
                .uri("/api/chat")
                .header(CallerFilter.TENANT, tenant)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"messages\":[{\"role\":\"user\",\"text\":\"Hi\"}]" + more + "}")
                .exchange();
    }

    @Test
    void noLoadIsGeneratedThatCosts() {
        api.http()
                .post()
                .uri("/api/load")
                .header(CallerFilter.TENANT, "acme")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"streams\":1,\"chunksPerSecond\":1,\"seconds\":1}")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("not_simulated");
        get("/api/wire").expectStatus().isNotFound();
    }

    @Test
    void thePageHasAModelChosenBeforeItAsks(@TempDir Path profile) {
        assumeTrue(Browser.missing().isEmpty(), "No browser to drive");
        SERVICE.enqueue(ScriptedReply.text("From a model."));

        try (Browser browser = Browser.start(profile)) {
            browser.look(1280, 800, false);
            browser.open(api.address());
            browser.ask("Hi");
            browser.waitUntil("document.querySelectorAll('#model option').length > 2");
            assertThat(browser.count(".turn")).isZero();
            browser.click("#model option[value='simulated-chat']");
            browser.click("#picker-open");
            browser.find("#question").sendKeys(Keys.ENTER);
            browser.waitForAnswer("complete");

            assertThat(browser.lastText("[data-fact=provider]")).isEqualTo("OpenAI at 127.0.0.1 · simulated-chat");
        }
    }
}
