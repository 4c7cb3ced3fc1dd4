import JSON
import NIOCore
import NIOPosix

/// The output of a job: for the queue's result, and for direct runs.
extension Service {
    func result(of job: Job, fault: Fault?) -> Handling {
        guard job.isCompleted else { return .reply(.detail(400, "Request is still in progress")) }
        return output(of: job, fault: Self.shape(fault) ?? Self.shape(job.fault))
    }

    func run(_ request: Request, _ application: Route.Application, fault: Fault?) -> Handling {
        if let refusal = concurrencyRefusal ?? rateRefusal() { return .reply(refusal) }
        let job = makeJob(request, application, fault: faults.take(.job, endpoint: application.endpoint))
        guard let reading = jobs.reading(for: job) else { return run(job, fault: fault) }
        let promise = loop.makePromise(of: Reply.self)
        reading.assumeIsolated().whenComplete { [self] _ in
            switch run(job, fault: fault) {
            case .reply(let reply): promise.succeed(reply)
            case .later(let future): future.cascade(to: promise)
            case .statusStream, .events: promise.succeed(.detail(500, "Not one reply"))
            }
        }
        return .later(promise.futureResult)
    }

    private func run(_ job: Job, fault: Fault?) -> Handling {
        jobs.keepCompleted(job)
        let handling = output(of: job, fault: Self.shape(fault) ?? Self.shape(job.fault))
        guard job.runTime.nanoseconds > 0 else { return handling }
        let promise = loop.makePromise(of: Reply.self)
        directRuns += 1
        counters.countOpen(openJobs)
        loop.assumeIsolated().scheduleTask(in: job.runTime) { [self] in
            directRuns -= 1
            switch handling {
            case .reply(let reply): promise.succeed(reply)
            case .later(let future): future.cascade(to: promise)
            case .statusStream, .events: promise.succeed(.detail(500, "Not one reply"))
            }
        }
        return .later(promise.futureResult)
    }

    /// Two events: one without pictures yet, and the output.
    func events(_ request: Request, _ application: Route.Application, fault: Fault?) -> Handling {
        if EndpointSchemas.schema(of: application.endpoint).trainer != nil {
            return run(request, application, fault: fault)
        }
        if let refusal = concurrencyRefusal ?? rateRefusal() { return .reply(refusal) }
        let job = makeJob(request, application, fault: faults.take(.job, endpoint: application.endpoint))
        jobs.keepCompleted(job)
        guard case .images(let images) = outcome(of: job) else { return output(of: job, fault: nil) }
        let shape = Self.shape(fault) ?? Self.shape(job.fault)
        var early = ByteBuffer()
        write(images, of: job, pictures: 0, inline: [], fault: nil, to: &early)
        var final = ByteBuffer()
        write(images, of: job, pictures: images.count, inline: [], fault: shape, to: &final)
        return .events([early, final], job.id)
    }

    private func output(of job: Job, fault: Fault?) -> Handling {
        switch outcome(of: job) {
        case .images(let images):
            guard images.isInline else { return .reply(imagesReply(images, of: job, inline: [], fault: fault)) }
            let pictures = (1...images.count).compactMap { images.picture($0, endpoint: job.origin.endpoint) }
            let encoded = pool.runIfActive(eventLoop: loop) { pictures.map { Base64.dataURI(of: $0) } }
            // The job stays on the loop, where this continues.
            let job = NIOLoopBound(job, eventLoop: loop)
            let service = NIOLoopBound(self, eventLoop: loop)
            return .later(
                encoded.map { service.value.imagesReply(images, of: job.value, inline: $0, fault: fault) })
        case .loraFiles(let model), .finetune(let model): return .reply(trainingReply(model, of: job))
        case .refused(let errors): return .reply(.modelErrors(errors, requestID: job.id))
        case .failed(let error, let byUser):
            var reply = Reply.requestError(error, requestID: job.id)
            if byUser { reply.headers.append(("x-fal-request-timeout-type", "user")) }
            return .reply(reply)
        }
    }

    func imagesReply(_ images: GeneratedImages, of job: Job, inline: [String], fault: Fault?) -> Reply {
        var reply = Reply(requestID: job.id)
        reply.headers.append(("x-fal-billable-units", String(images.billableUnits)))
        reply.body.reserveCapacity(512 + images.prompt.utf8.count)
        write(images, of: job, pictures: images.count, inline: inline, fault: fault, to: &reply.body)
        return reply
    }

    private func write(
        _ images: GeneratedImages, of job: Job, pictures: Int, inline: [String], fault: Fault?,
        to body: inout ByteBuffer
    ) {
        body.writeStaticString("{")
        if fault?.kind != .imagesMissing {
            body.writeStaticString("\"images\":[")
            if pictures > 0, fault?.kind != .imagesEmpty {
                for number in 1...pictures {
                    if number > 1 { body.writeStaticString(",") }
                    write(
                        images, of: job, number: number, inline: inline,
                        hasURL: fault?.kind != .imageWithoutURL, to: &body)
                }
            }
            body.writeStaticString("],")
        }
        body.writeStaticString("\"timings\":{\"inference\":")
        body.writeString("\(Double(job.runTime.nanoseconds) / 1e9)")
        body.writeStaticString("},\"seed\":")
        body.writeString(String(images.seed))
        body.writeStaticString(",\"has_nsfw_concepts\":[")
        for number in 0..<pictures {
            if number > 0 { body.writeStaticString(",") }
            body.writeStaticString(images.isFlagged ? "true" : "false")
        }
        body.writeStaticString("],\"prompt\":")
        body.writeJSONString(images.prompt)
        body.writeStaticString(",\"simulated\":true}")
    }

    private func write(
        _ images: GeneratedImages, of job: Job, number: Int, inline: [String], hasURL: Bool,
        to body: inout ByteBuffer
    ) {
        body.writeStaticString("{")
        if hasURL {
            body.writeStaticString("\"url\":\"")
            if number <= inline.count {
                body.writeString(inline[number - 1])
            } else {
                writeFileURL(of: job, to: &body)
                body.writeString("\(number).\(images.format.fileExtension)")
            }
            body.writeStaticString("\",")
        }
        body.writeStaticString("\"width\":")
        body.writeInteger(decimal: images.size.width)
        body.writeStaticString(",\"height\":")
        body.writeInteger(decimal: images.size.height)
        body.writeStaticString(",\"content_type\":\"")
        body.writeString(images.format.contentType)
        body.writeStaticString("\"}")
    }

    private func trainingReply(_ model: TrainedModel, of job: Job) -> Reply {
        let schema = EndpointSchemas.schema(of: job.origin.endpoint)
        var reply = Reply(requestID: job.id, json: trainingOutput(model, of: job))
        let units = schema.billing == .steps ? Double(model.steps) / 1000 : 1
        reply.headers.append(("x-fal-billable-units", Int(exactly: units).map(String.init) ?? "\(units)"))
        return reply
    }

    func trainingOutput(_ model: TrainedModel, of job: Job) -> JSONValue {
        guard case .loraFiles(let hasPreview) = EndpointSchemas.schema(of: job.origin.endpoint).trainer?.gives else {
            return ["finetune_id": .string(model.finetuneID), "simulated": true]
        }
        var prefix = ByteBuffer()
        writeFileURL(of: job, to: &prefix)
        let folder = String(buffer: prefix)
        var object: JSONObject = [
            "diffusers_lora_file": TrainedFile.weights.json(of: model, folder: folder),
            "config_file": TrainedFile.configuration.json(of: model, folder: folder),
        ]
        if hasPreview { object.append("debug_preprocessed_output", .null) }
        object.append("simulated", true)
        return .object(object)
    }

    private func writeFileURL(of job: Job, to body: inout ByteBuffer) {
        body.writeString(baseURL)
        body.writeStaticString("/files/b/")
        job.id.write(to: &body)
        body.writeStaticString("/")
    }

    /// A fault that changes the shape of an output.
    private static func shape(_ fault: Fault?) -> Fault? {
        switch fault?.kind {
        case .imagesEmpty, .imagesMissing, .imageWithoutURL: fault
        default: nil
        }
    }
}
