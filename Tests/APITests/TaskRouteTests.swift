import FoundationEssentials
import HTTPTypes
import Testing
import TodoCore

struct TaskRouteTests {
    @Test(arguments: ["", "/api/v1"]) func thePathOfATask(_ prefix: String) async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            let created = try await api.send(
                .post, "\(prefix)/tasks", token: token, json: #"{"title": " Buy milk ", "due_on": "2026-12-01", "tags": ["a"]}"#)
            #expect(created.status == .created)
            let task = try created.decode(TodoTask.self)
            #expect(task.title == "Buy milk")
            #expect(created.headers[.location] == "\(prefix)/tasks/\(task.id.lowercase)")
            #expect(created.headers[.eTag] == "\"1\"")
            let done = try await api.send(.patch, "\(prefix)/tasks/1", token: token, json: #"{"done": true}"#)
            #expect(done.status == .ok)
            #expect(try done.decode(TodoTask.self).done)
            #expect(done.headers[.eTag] == "\"2\"")
            let listed = try await api.send(.get, "\(prefix)/tasks", token: token)
            #expect(try listed.decode([TodoTask].self) == [done.decode()])
            #expect(listed.headers[HTTPField.Name("X-Total-Count")!] == "1")
            #expect(try await api.send(.delete, "\(prefix)/tasks/1", token: token).status == .noContent)
            #expect(try await api.send(.get, "\(prefix)/tasks/1", token: token).status == .notFound)
            let restored = try await api.send(.post, "\(prefix)/tasks/\(task.id.lowercase)/restore", token: token)
            #expect(try restored.decode(TodoTask.self).deletedAt == nil)
            #expect(try await api.send(.get, "\(prefix)/tasks/1", token: token).status == .ok)
        }
    }

    @Test func aPatchClearsWhatIsNullAndKeepsWhatIsAbsent() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            _ = try await api.send(.post, "/tasks", token: token, json: #"{"title": "a", "due_on": "2026-12-01", "priority": 2}"#)
            let task = try await api.send(.patch, "/tasks/1", token: token, json: #"{"due_on": null}"#).decode(TodoTask.self)
            #expect(task.dueOn == nil)
            #expect(task.priority == 2)
            let refused = try await api.send(.patch, "/tasks/1", token: token, json: #"{"title": null}"#)
            #expect(refused.status == .unprocessableContent)
        }
    }

    @Test func aReferenceInThePathMayBeEscaped() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            _ = try await api.send(.post, "/lists", token: token, json: #"{"key": "WEB", "name": "Web"}"#)
            _ = try await api.send(.post, "/tasks", token: token, json: #"{"title": "a", "list": "WEB"}"#)
            #expect(try await api.send(.get, "/tasks/%57EB%2D1", token: token).status == .ok)
            #expect(try await api.send(.get, "/tasks/WEB-1%00", token: token).status == .notFound)
            #expect(try await api.send(.patch, "/lists/%57EB", token: token, json: #"{"name": "b"}"#).status == .ok)
        }
    }

    @Test func ifMatchGuardsAChange() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            let task = try await api.create("a", token: token)
            let stale: HTTPFields = [.ifMatch: "\"7\""]
            let refused = try await api.send(.patch, "/tasks/1", token: token, json: #"{"title": "b"}"#, headers: stale)
            #expect(refused.status == .preconditionFailed)
            #expect(try refused.problem.current == task)
            #expect(refused.headers[.eTag] == "\"1\"")
            #expect(try await api.send(.delete, "/tasks/1", token: token, headers: stale).status == .preconditionFailed)
            let good = try await api.send(
                .patch, "/tasks/1", token: token, json: #"{"title": "b"}"#, headers: [.ifMatch: "\"1\""])
            #expect(good.status == .ok)
        }
    }

    @Test func aCreateCanBeSentAgain() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            let body = #"{"title": "once", "id": "\#(UUID.v7().lowercase)"}"#
            let first = try await api.send(.post, "/tasks", token: token, json: body)
            let second = try await api.send(.post, "/task/create", token: token, json: body)
            #expect(first.status == .created)
            #expect(second.status == .ok)
            #expect(first.body == second.body)
            let other = try await api.send(.post, "/tasks", token: token, json: body.replacing("once", with: "twice"))
            #expect(other.status == .conflict)
        }
    }

    @Test func pagesAreLinked() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            for index in 1...7 { _ = try await api.create("t\(index) ä", token: token) }
            var path: String? = "/api/v1/tasks?limit=3&q=%C3%A4"
            var numbers: [[Int]] = []
            while let next = path {
                let answer = try await api.send(.get, next, token: token)
                #expect(answer.headers[HTTPField.Name("X-Total-Count")!] == "7")
                numbers.append(try answer.decode([TodoTask].self).map(\.number))
                let link = answer.headers[HTTPField.Name("Link")!]
                if let link { #expect(link.hasSuffix(">; rel=\"next\"")) }
                path = link.map { String($0.dropFirst().prefix { $0 != ">" }) }
            }
            #expect(numbers == [[7, 6, 5], [4, 3, 2], [1]])
        }
    }

    @Test func anothersTaskIsNotThere() async throws {
        try await APIFixture.run { api in
            let mine = try await api.signedIn()
            let theirs = try await api.signedIn("you@example.org")
            let task = try await api.create("secret", token: mine)
            let path = "/tasks/\(task.id.lowercase)"
            #expect(try await api.send(.get, path, token: theirs).status == .notFound)
            #expect(try await api.send(.patch, path, token: theirs, json: #"{"done": true}"#).status == .notFound)
            #expect(try await api.send(.delete, path, token: theirs).status == .notFound)
            #expect(try await api.send(.post, path + "/restore", token: theirs).status == .notFound)
            #expect(try await api.send(.get, "/tasks", token: theirs).decode([TodoTask].self).isEmpty)
            let stolen = #"{"title": "x", "id": "\#(task.id.lowercase)"}"#
            #expect(try await api.send(.post, "/tasks", token: theirs, json: stolen).status == .conflict)
            #expect(try await api.send(.get, path, token: mine).decode(TodoTask.self) == task)
        }
    }

    @Test func listsHaveTheirOwnNumbers() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            let list = #"{"key": "web", "name": "Website"}"#
            #expect(try await api.send(.post, "/lists", token: token, json: list).decode(TodoList.self).key == "WEB")
            #expect(try await api.send(.post, "/lists", token: token, json: list).status == .conflict)
            let task = try await api.send(.post, "/tasks", token: token, json: #"{"title": "a", "list": "Web"}"#).decode(
                TodoTask.self)
            #expect(task.reference == "WEB-1")
            #expect(try await api.send(.get, "/tasks/web-1", token: token).decode(TodoTask.self) == task)
            #expect(try await api.send(.get, "/tasks?list=inbox", token: token).decode([TodoTask].self).isEmpty)
            #expect(try await api.send(.get, "/lists", token: token).decode([TodoList].self).map(\.key) == [nil, "WEB"])
            let nowhere = try await api.send(.post, "/tasks", token: token, json: #"{"title": "a", "list": "NO"}"#)
            #expect(nowhere.status == .unprocessableContent)
        }
    }
}
