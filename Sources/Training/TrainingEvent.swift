/// What goes on in a training, for whoever watches it.
package enum TrainingEvent: Sendable {
    /// So many photos are looked at and packed.
    case packed(photos: Int, bytes: Int)
    /// Nothing was sent: an earlier upload of the same photos is still there.
    case uploadedBefore(url: String)
    case uploading(bytes: Int)
    /// One part of a large archive has arrived.
    case uploadedParts(done: Int, of: Int)
    case submitted(job: String, request: String)
    /// So many requests are ahead; nil where fal does not tell.
    case queued(position: Int?)
    /// A line of the trainer's log, and what it says of the progress.
    case line(String, TrainingProgress?)
}
