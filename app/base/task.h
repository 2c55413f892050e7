// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <utility>

// Coroutines that an owner can stop: destroying a Task destroys its frame, and with it everything the frame
// waits for (QCoro's tasks run on when their handle goes, so they cannot be cancelled that way).
//
// Rules: a flow stays on the thread that started it; a coroutine takes its parameters by value; a coroutine
// lambda captures nothing; a flow never destroys the scope that owns it. Name what is passed to a co_await
// call: GCC 14 destroys some temporaries of such an expression twice.

namespace narscope {

template <typename T = void> class Task;

namespace detail {

struct TaskPromiseBase {
    std::coroutine_handle<> continuation = std::noop_coroutine();

    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        template <typename P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> done) const noexcept
        {
            return done.promise().continuation;
        }
        void await_resume() const noexcept { }
    };
    std::suspend_always initial_suspend() const noexcept { return {}; }
    FinalAwaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() const noexcept { std::terminate(); }
};

template <typename T> struct TaskPromise : TaskPromiseBase {
    std::optional<T> value;
    Task<T> get_return_object() noexcept;
    template <typename U> void return_value(U &&v) { value.emplace(std::forward<U>(v)); }
    T take() { return std::move(*value); }
};

template <> struct TaskPromise<void> : TaskPromiseBase {
    Task<void> get_return_object() noexcept;
    void return_void() const noexcept { }
    void take() const noexcept { }
};

} // namespace detail

/// A lazy coroutine with one owner: it starts when awaited (or given to a Scope) and ends with its value.
template <typename T> class [[nodiscard]] Task {
public:
    using promise_type = detail::TaskPromise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    explicit Task(Handle handle) noexcept
        : m_handle(handle)
    {
    }
    Task(Task &&other) noexcept
        : m_handle(std::exchange(other.m_handle, {}))
    {
    }
    Task &operator=(Task &&other) noexcept
    {
        std::swap(m_handle, other.m_handle);
        return *this;
    }
    ~Task()
    {
        if (m_handle)
            m_handle.destroy();
    }

    auto operator co_await() && noexcept
    {
        struct Awaiter {
            Handle handle;
            bool await_ready() const noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) const noexcept
            {
                handle.promise().continuation = waiting;
                return handle;
            }
            T await_resume() const { return handle.promise().take(); }
        };
        return Awaiter{m_handle};
    }

private:
    Handle m_handle;
};

namespace detail {
template <typename T> Task<T> TaskPromise<T>::get_return_object() noexcept
{
    return Task<T>{Task<T>::Handle::from_promise(*this)};
}
inline Task<void> TaskPromise<void>::get_return_object() noexcept
{
    return Task<void>{Task<void>::Handle::from_promise(*this)};
}
} // namespace detail

/// Where a callback meets a coroutine: one side sets the value once, the other awaits it once.
/// Copies share the state. Both sides on one thread. Destroying the waiting frame forgets the value.
template <typename T> class Completion {
    struct State {
        std::optional<T> value;
        std::coroutine_handle<> waiter;
    };

public:
    Completion()
        : m_state(std::make_shared<State>())
    {
    }

    /// The first call wins; later ones are ignored.
    void set(T value) const
    {
        const auto state = m_state;
        if (state->value)
            return;
        state->value.emplace(std::move(value));
        if (auto waiter = std::exchange(state->waiter, {}))
            waiter.resume();
    }
    [[nodiscard]] bool isSet() const { return m_state->value.has_value(); }

    auto operator co_await() const
    {
        struct Awaiter {
            std::shared_ptr<State> state;
            Awaiter(std::shared_ptr<State> s)
                : state(std::move(s))
            {
            }
            Awaiter(const Awaiter &) = delete;
            Awaiter &operator=(const Awaiter &) = delete;
            ~Awaiter() { state->waiter = {}; }
            bool await_ready() const noexcept { return state->value.has_value(); }
            void await_suspend(std::coroutine_handle<> h) const noexcept { state->waiter = h; }
            T await_resume() const { return std::move(*state->value); }
        };
        return Awaiter{m_state};
    }

private:
    std::shared_ptr<State> m_state;
};

/// Owns flows that nobody awaits. cancelAll() or the destructor destroys those that wait; each flow that ends
/// leaves by itself. Not to be destroyed from inside one of its own flows.
class Scope {
    struct Root {
        struct promise_type {
            Scope *scope = nullptr;
            std::list<std::coroutine_handle<promise_type>>::iterator place;
            Root get_return_object() noexcept { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
            std::suspend_always initial_suspend() const noexcept { return {}; }
            auto final_suspend() const noexcept
            {
                struct Leave {
                    bool await_ready() const noexcept { return false; }
                    void await_suspend(std::coroutine_handle<promise_type> done) const noexcept
                    {
                        done.promise().scope->m_roots.erase(done.promise().place);
                        done.destroy();
                    }
                    void await_resume() const noexcept { }
                };
                return Leave{};
            }
            void return_void() const noexcept { }
            void unhandled_exception() const noexcept { std::terminate(); }
        };
        std::coroutine_handle<promise_type> handle;
    };

public:
    Scope() = default;
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;
    ~Scope() { cancelAll(); }

    /// Runs the task until its first wait, at once.
    void start(Task<void> task)
    {
        const auto handle = run(std::move(task)).handle;
        handle.promise().scope = this;
        handle.promise().place = m_roots.insert(m_roots.end(), handle);
        handle.resume();
    }
    void cancelAll()
    {
        while (!m_roots.empty()) {
            const auto handle = m_roots.front();
            m_roots.pop_front();
            handle.destroy();
        }
    }
    [[nodiscard]] bool isEmpty() const { return m_roots.empty(); }

private:
    static Root run(Task<void> task) { co_await std::move(task); }

    std::list<std::coroutine_handle<Root::promise_type>> m_roots;
};

} // namespace narscope
