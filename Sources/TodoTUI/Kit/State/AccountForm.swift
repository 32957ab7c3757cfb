internal import TodoCore

/// The form to sign in or to make an account.
public struct AccountForm: Sendable, Hashable {
    /// What the form is for; it can be changed while it is filled in.
    public enum Purpose: Sendable, Hashable { case signIn, register }

    /// What the keys go to.
    public enum Field: Sendable, Hashable {
        case email, password, repeated
        /// The button that sends the form, and the one that changes its purpose.
        case submit, change
    }

    public var purpose: Purpose
    /// Where the keys go.
    public var focus = Field.email
    public var email: LineEditor
    public var password = LineEditor()
    /// The password again, so that a typing error doesn't lock the user out.
    public var repeated = LineEditor()
    /// Sent, without an answer so far.
    public var isSending = false

    /// With a known email, the password is asked for first.
    public init(_ purpose: Purpose = .signIn, email: String = "") {
        self.purpose = purpose
        self.email = LineEditor(email)
        if !email.isEmpty { focus = .password }
    }

    /// From top to bottom.
    public var fields: [Field] {
        purpose == .signIn ? [.email, .password, .submit, .change] : [.email, .password, .repeated, .submit, .change]
    }

    /// Whether Enter sends the form from where the focus is.
    var enterSends: Bool {
        switch focus {
        case .email, .change: false
        case .password: purpose == .signIn || !repeated.isEmpty
        case .repeated, .submit: true
        }
    }

    /// What to send, or what is wrong with it and where.
    func credentials() -> Result<Credentials, Fault> {
        let address: String
        do throws(Limits.Fault) {
            address = try Limits.email(email.text)
        } catch {
            return .failure(Fault(field: .email, message: "The email \(error.message)."))
        }
        if password.isEmpty { return .failure(Fault(field: .password, message: "Please type your password.")) }
        // Only a new password must keep to the limits: what the server takes at sign-in is its affair.
        if purpose == .register {
            do throws(Limits.Fault) {
                _ = try Limits.password(password.text)
            } catch {
                return .failure(Fault(field: .password, message: "The password \(error.message)."))
            }
            if repeated.text != password.text {
                return .failure(Fault(field: .repeated, message: "The two passwords differ. Please type it again."))
            }
        }
        return .success(Credentials(email: address, password: password.text))
    }

    struct Fault: Error {
        var field: Field
        var message: String
    }

    mutating func move(by step: Int) {
        let index = fields.firstIndex(of: focus) ?? 0
        focus = fields[(index + step + fields.count) % fields.count]
    }

    /// Turns the form into the other one. What is typed stays.
    mutating func changePurpose() {
        purpose = purpose == .signIn ? .register : .signIn
        repeated = LineEditor()
        focus = email.isEmpty ? .email : password.isEmpty ? .password : purpose == .register ? .repeated : .submit
    }

    /// The line under the focus; nil on a button.
    var editor: LineEditor? {
        get {
            switch focus {
            case .email: email
            case .password: password
            case .repeated: repeated
            case .submit, .change: nil
            }
        }
        set {
            guard let newValue else { return }
            switch focus {
            case .email: email = newValue
            case .password: password = newValue
            case .repeated: repeated = newValue
            case .submit, .change: break
            }
        }
    }
}
