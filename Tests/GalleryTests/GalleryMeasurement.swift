import Foundation
import JSON
import Testing

/// The page that is measured: `FALHOST_PAGE=/…/page.html swift test --filter GalleryMeasurement`.
private let measuredPage = ProcessInfo.processInfo.environment["FALHOST_PAGE"]

/// How a page opens and scrolls; prints figures and asserts none.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: measuredPage != nil, "FALHOST_PAGE names no page"))
struct GalleryMeasurement {
    @Test func `Opening and scrolling`() throws {
        let page = URL(fileURLWithPath: try #require(measuredPage))
        let browser = try Browser()
        var paints: [Double] = []
        var loads: [Double] = []
        for _ in 0..<5 {
            try browser.visit(page)
            paints.append(
                try browser.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime").numberValue
                    ?? -1)
            loads.append(
                try browser.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd").numberValue ?? -1)
        }
        let frames = try browser.text(
            """
            new Promise((done) => { const times = []; let last = performance.now();
              const step = (now) => { times.push(now - last); last = now; scrollBy(0, 100);
                if (times.length < 300) requestAnimationFrame(step);
                else { times.sort((a, b) => a - b);
                  done(`median ${times[150].toFixed(1)} ms, 95 of 100 within ${times[285].toFixed(1)} ms, longest ${times[299].toFixed(1)} ms`); } };
              requestAnimationFrame(step); })
            """)
        let cards = try browser.number("document.querySelectorAll('.card').length")
        let loaded = try browser.number("document.querySelectorAll('#cards img[src]').length")
        let heap = try browser.evaluate("performance.memory.usedJSHeapSize / 1e6").numberValue ?? -1
        let filter = try browser.evaluate(
            "(() => { const start = performance.now(); choose('search', 'sea'); document.body.offsetHeight; return performance.now() - start; })()"
        ).numberValue
        print(
            """
            cards \(cards), of them with a picture in memory \(loaded); page \(try Data(contentsOf: page).count) bytes
            first contentful paint, ms: \(paints.sorted()); loaded, ms: \(loads.sorted())
            a frame while scrolling 100 pixels a frame: \(frames)
            a search, ms: \(filter ?? -1); JavaScript's heap, MB: \(heap)
            """)
    }
}
