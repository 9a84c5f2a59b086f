package io.cortexreactive.examples.app;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.ScriptTimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium, driven through the ChromeDriver that is installed beside it. Downloads nothing. */
final class Browser implements AutoCloseable {

    /** Generous, and far less than the five minutes that the driver would wait for a page. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Path SCREENSHOTS = Path.of(System.getProperty("basedir", ""), "target", "screenshots");
    private static final List<String> FLAGS = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
        driver.manage().timeouts().scriptTimeout(PATIENCE).pageLoadTimeout(PATIENCE);
    }

    /** Why there is no browser to drive here; empty if there is one. */
    static Optional<String> missing() {
        if (chromium().isEmpty()) {
            return Optional.of("No Chromium on the PATH: the browser tests are skipped");
        }
        return chromeDriver().isEmpty()
                ? Optional.of("No chromedriver on the PATH: the browser tests are skipped")
                : Optional.empty();
    }

    /** Starts one, with a profile of its own. */
    static Browser start(Path profile) {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions()
                .setBinary(chromium().orElseThrow())
                .addArguments(FLAGS)
                .addArguments("--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromeDriver().orElseThrow())
                .usingAnyFreePort()
                .withSilent(true)
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static Optional<File> chromium() {
        return onPath("chromium", "chromium-browser", "google-chrome");
    }

    private static Optional<File> chromeDriver() {
        return onPath("chromedriver");
    }

    private static Optional<File> onPath(String... names) {
        List<String> folders = Arrays.asList(
                Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator));
        return Stream.of(names)
                .flatMap(name -> folders.stream().map(folder -> new File(folder, name)))
                .filter(File::canExecute)
                .findFirst();
    }

    /** A window of this size, light or dark. */
    void look(int width, int height, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Opens any page. */
    void load(String address) {
        driver.get(address);
    }

    /** Opens the chat, and returns when it has everything it shows at first. */
    void open(String address) {
        driver.get(address);
        waitUntil("document.querySelectorAll('#tenants input').length > 0"
                + " && document.getElementById('event-state').dataset.state === 'live'");
    }

    /** Types a question and presses Enter. */
    void ask(String question) {
        find("#question").sendKeys(question, Keys.ENTER);
    }

    void press(Keys key) {
        driver.switchTo().activeElement().sendKeys(key);
    }

    void click(String selector) {
        find(selector).click();
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    int count(String selector) {
        return driver.findElements(By.cssSelector(selector)).size();
    }

    /** The text of the last element that matches, as it is shown; empty if there is none. */
    String lastText(String selector) {
        return evaluate("return [...document.querySelectorAll('" + selector + "')].at(-1)?.innerText ?? ''");
    }

    /** Returns when the condition, in JavaScript, holds. Looks again whenever the page has changed. */
    void waitUntil(String condition) {
        driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                const holds = () => { try { return (%s); } catch { return false; } };
                const observer = new MutationObserver(() => { if (holds()) { observer.disconnect(); done(); } });
                observer.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
                if (holds()) { observer.disconnect(); done(); }
                """.formatted(condition));
    }

    /** The same where the page leads to another one, which ends what waits in it. */
    void waitUntilElsewhere(String condition) {
        try {
            waitUntil(condition);
        } catch (ScriptTimeoutException left) {
            waitUntil(condition);
        }
    }

    /** Returns when the last answer is in this state: streaming, complete, stopped or failed. */
    void waitForAnswer(String state) {
        waitUntil("[...document.querySelectorAll('.turn')].at(-1).dataset.state === '" + state + "'");
    }

    /** From now on, notes the length of the last answer at each change of the page. */
    void watchAnswerGrow() {
        driver.executeScript("""
                window.lengths = [];
                new MutationObserver(() => {
                  const length = [...document.querySelectorAll('.answer .text')].at(-1)?.textContent.length ?? 0;
                  if (length !== window.lengths.at(-1)) { window.lengths.push(length); }
                }).observe(document.getElementById('log'), {subtree: true, childList: true, characterData: true});
                """);
    }

    /** What {@link #watchAnswerGrow} has noted. */
    List<Long> lengths() {
        return evaluate("return window.lengths");
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller knows what its script returns
    <T> T evaluate(String script) {
        return (T) Objects.requireNonNull(driver.executeScript(script));
    }

    /** Everything that the page complained about. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    void screenshot(String name) {
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
