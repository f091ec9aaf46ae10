import { OutboxRelay, operatorTaskMail, operatorTaskOpened } from '@hostwright/platform';
import { outbox } from '../crash-run.js';
const everyMs = 100;
/** The relay of events as the worker app runs it, with boundaries around its transaction. */
export function startWatchedRelay(pool, watch, logger) {
    /** Jobs of which there are events in the transaction under way. */
    let jobs = [];
    const pass = async (boundary) => {
        await Promise.all(jobs.map((jobId) => watch.pass(jobId, outbox, boundary)));
    };
    const watched = {
        async connect() {
            const client = await pool.connect();
            const query = async (text, values) => {
                if (text === 'COMMIT')
                    await pass('before commit');
                const result = await client.query(text, values);
                if (text === 'COMMIT')
                    await pass('after commit');
                if (text.startsWith('DELETE FROM outbox')) {
                    jobs = jobsOf(result.rows);
                    await pass('after taking the events');
                }
                return result;
            };
            return { query, release: (error) => client.release(error) };
        },
    };
    const doorbell = {
        ring: (_queue) => pass('after ring'),
    };
    const consumers = { [operatorTaskOpened]: operatorTaskMail('support@example.com', 'http://panel.example.com') };
    const relay = new OutboxRelay(watched, consumers, doorbell, { error: (message) => logger.error(message) });
    const look = async () => {
        try {
            const { rows } = await pool.query(`SELECT payload FROM outbox ORDER BY id LIMIT 100`);
            jobs = jobsOf(rows);
            if (rows.length > 0) {
                await pass('before taking the events');
                await relay.run();
            }
        }
        catch (error) {
            logger.warn({ reason: String(error) }, 'events could not be relayed');
        }
        setTimeout(() => void look(), everyMs);
    };
    void look();
}
function jobsOf(rows) {
    return [...new Set(rows.flatMap(({ payload }) => (payload.jobId === undefined ? [] : [payload.jobId])))];
}
//# sourceMappingURL=watched-relay.js.map