import Testing

@testable import Training

/// How far a training is, by lines of which nothing is promised.
struct TrainingProgressTests {
    @Test func `a bar of tqdm is read`() throws {
        let progress = try #require(TrainingProgress(line: " 83%|████████▎ | 2482/3000 [43:27<09:04,  1.05s/it]"))
        #expect(progress.percent == 83 && progress.step == 2482 && progress.steps == 3000)
        #expect(progress.remaining == "09:04")
        #expect(progress.text == "83%, 2482 of 3000 steps, 09:04 left")
    }

    @Test func `of a bar that was drawn anew the last one counts`() {
        #expect(TrainingProgress(line: "  1%|  | 1/100 [0:01<?]\r  2%|  | 2/100 [0:02<1:38]")?.percent == 2)
    }

    @Test func `a bar without counts has a percentage`() {
        #expect(TrainingProgress(line: "steps: 50%|█████")?.text == "50%")
    }

    @Test(arguments: ["", "Loading the model", "100 % done", "%|", "200%|x| 1/2", "loss 5%"])
    func `any other line tells nothing`(line: String) {
        #expect(TrainingProgress(line: line) == nil)
    }
}
